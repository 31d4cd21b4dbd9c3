/**
 * What the sockets of a contestant say and hear, text by text: the protocol of the store (Parley's readers speak it as
 * well), and Socket.IO's (version 5 on Engine.IO 4).
 */
import { notificationFrame } from '../../../src/hpkv/protocol/notification.ts';
import type { ChatMessage } from '../../../src/lib/chat/messages/message.ts';
import { numbered } from './numbered.ts';

/** Who is measured: two of ours, the peers, and the algorithm of HPKV's showcase on our own store. */
export type Contestant = 'store' | 'product' | 'socket.io' | 'socket.io, durable' | 'showcase';

/** A room as the load client reaches it. */
export interface Room {
	/** The key whose changes its readers hear. */
	key: string;
	/** A reader's. */
	token: string;
	/** Of its page. */
	path: string;
}

export interface Dialect {
	/** Where the upgrade of a reader is asked for, and of a writer with the store's key. */
	reader: (room: Room) => string;
	writer: (apiKey: string) => string;
	/** Whether a socket is ready only after a conversation. */
	greets: boolean;
	/** The answer to a text that is part of the conversation; `ready` ends the greeting. */
	converse: (text: string) => { answer?: string; ready?: boolean };
	/** Asks to write `value`, and whether the answer says that it is done. */
	write: (room: Room, value: string) => string;
	acknowledges: (answer: string) => boolean;
	/** What a reader hears of a message that says `text`, but for what stands before it. */
	heard: (text: string) => string;
}

/** A stamp of as many digits as any until 2286. */
const TIMESTAMP = 1_767_225_600_000;

const KEY = 'live:kitchen';
const notification = (value: string) => notificationFrame({ key: KEY, value, timestamp: TIMESTAMP });

const store: Dialect = {
	reader: ({ token }) => `/ws?token=${token}`,
	// The API key may write, and hears nothing.
	writer: (apiKey) => `/ws?apiKey=${apiKey}`,
	greets: false,
	converse: () => ({}),
	write: ({ key }, value) => JSON.stringify({ op: 2, key, value, messageId: 1 }),
	acknowledges: (answer) => (JSON.parse(answer) as { code: number }).code === 200,
	heard: notification
};

const product: Dialect = {
	...store,
	reader: ({ token }) => `/hpkv/ws?token=${token}`,
	heard: (message) =>
		notification(JSON.stringify({ n: 1, message, timestamp: TIMESTAMP } satisfies Partial<ChatMessage>))
};

/** A message as the showcase writes it, at the end of all others of its room. */
export const showcaseMessage = (n: number, text: string) => ({
	id: `${TIMESTAMP}-${String(n).padStart(9, '0')}`,
	user: 'Ada Lovelace',
	text,
	timestamp: TIMESTAMP
});

const showcase: Dialect = { ...store, heard: (text) => notification(JSON.stringify([showcaseMessage(1, text)])) };

const socketIo: Dialect = {
	reader: ({ key }) => `/socket.io/?EIO=4&transport=websocket&watch=${key}`,
	writer: () => '/socket.io/?EIO=4&transport=websocket',
	greets: true,
	converse(text) {
		if (text.startsWith('0')) return { answer: '40' }; // opened: connect to the main namespace
		if (text === '2') return { answer: '3' }; // ping
		return { ready: text.startsWith('40') };
	},
	write: ({ key }, value) => `421${JSON.stringify(['set', key, value])}`,
	acknowledges: (answer) => answer.startsWith('431['),
	heard: (value) => `42["change",${notification(value)}]`
};

export const dialects: Record<Contestant, Dialect> = {
	store,
	product,
	showcase,
	'socket.io': socketIo,
	'socket.io, durable': socketIo
};

/** How many bytes before its end a notification's text begins, whatever stands before it. */
export function tailOf({ heard }: Dialect): number {
	const frame = heard(numbered(0, 0));
	return Buffer.byteLength(frame.slice(frame.indexOf(numbered(0, 0))));
}
