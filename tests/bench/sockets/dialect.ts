/** What a client says and hears: the protocol of the store, and Socket.IO's (version 5 on Engine.IO 4), text by text. */
import { notificationFrame } from '../../../src/hpkv/protocol/notification.ts';

/** The key that everybody watches. */
export const KEY = 'live:kitchen';

export interface Dialect {
	/** Where the upgrade is asked for. */
	path: (who: 'watcher' | 'writer', token: string) => string;
	/** Whether a socket is ready only after a conversation. */
	greets: boolean;
	/** The answer to a text that is part of the conversation; `ready` ends the greeting. */
	converse: (text: string) => { answer?: string; ready?: boolean };
	/** Asks to write `value`. */
	write: (id: number, value: string) => string;
	/** Which write is acknowledged as done; undefined for any other text. */
	acknowledged: (text: string) => number | undefined;
	/** What a watcher hears of a write. */
	change: (value: string) => string;
}

/** A stamp of as many digits as any until 2286. */
const TIMESTAMP = 1_767_225_600_000;

const notification = (value: string) => notificationFrame({ key: KEY, value, timestamp: TIMESTAMP });

const hpkv: Dialect = {
	// The writer's is an API key, which may write and hears nothing.
	path: (who, token) => (who === 'watcher' ? `/ws?token=${token}` : `/ws?apiKey=${token}`),
	greets: false,
	converse: () => ({}),
	write: (messageId, value) => JSON.stringify({ op: 2, key: KEY, value, messageId }),
	acknowledged(text) {
		const { code, messageId } = JSON.parse(text) as { code: number; messageId: number };
		return code === 200 ? messageId : undefined;
	},
	change: notification
};

const socketIo: Dialect = {
	path: (who) => `/socket.io/?EIO=4&transport=websocket${who === 'watcher' ? `&watch=${KEY}` : ''}`,
	greets: true,
	converse(text) {
		if (text.startsWith('0')) return { answer: '40' }; // opened: connect to the main namespace
		if (text === '2') return { answer: '3' }; // ping
		return { ready: text.startsWith('40') };
	},
	write: (id, value) => `42${id}${JSON.stringify(['set', KEY, value])}`,
	acknowledged(text) {
		const [, id] = /^43(\d+)\[/.exec(text) ?? [];
		return id === undefined ? undefined : Number(id);
	},
	change: (value) => `42["change",${notification(value)}]`
};

export const dialects = { hpkv, 'socket.io': socketIo };
export type DialectName = keyof typeof dialects;
