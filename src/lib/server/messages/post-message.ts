import type { Hpkv } from '../../../hpkv/port.ts';
import { messageText } from '../../chat/messages/draft.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Events } from '../events.ts';
import { isArchived } from '../rooms/rooms.ts';
import { messageOf, send, type Send, type Sent } from './send-once.ts';

export type Posted =
	| Exclude<Sent, { ok: true }>
	| { ok: true; message: ShownMessage; repeated: boolean }
	| { ok: false; because: 'empty' | 'too-long' | 'too-many-bytes' | 'archived' };

/** Longest number and timestamp, for measuring before they are known. */
const WIDEST = { n: 999_999_999_999, timestamp: 9_999_999_999_999 };

export const bytesForText = (store: Pick<Hpkv, 'maxValueBytes'>, send: Omit<Send, 'message'>): number =>
	store.maxValueBytes - Buffer.byteLength(JSON.stringify(messageOf({ ...send, message: '' }, WIDEST)));

/** Sends messages. Concurrent tries of one send in this process share one call. */
export class Posts {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #events: Events;
	/** Tries with the same send id run in succession, whatever their text. */
	readonly #flights = new Map<string, { text: string; posted: Promise<Posted> }>();

	constructor(store: Hpkv, clock: () => number, events: Events) {
		this.#store = store;
		this.#clock = clock;
		this.#events = events;
	}

	async post(typed: Send): Promise<Posted> {
		const text = messageText(typed.message, bytesForText(this.#store, typed));
		if (!text.ok) return text;
		const draft = { ...typed, message: text.text };
		if (await isArchived(this.#store, draft.room)) return { ok: false, because: 'archived' };
		const id = JSON.stringify([draft.room, draft.person, draft.day, draft.sendId]);
		for (let flight; (flight = this.#flights.get(id));) {
			if (flight.text === draft.message) return flight.posted;
			// The other text must have its claim first, so that this one is refused without taking a number.
			await flight.posted.catch(() => undefined);
		}
		const posted = this.#send(draft);
		this.#flights.set(id, { text: draft.message, posted });
		try {
			return await posted;
		} finally {
			this.#flights.delete(id);
		}
	}

	async #send(draft: Send): Promise<Posted> {
		const sent = await send(this.#store, draft, this.#clock);
		if (!sent.ok) return sent;
		const { message, repeated } = sent;
		return { ...sent, ...(await this.#events.publish('messagePosted', { message, repeated })) };
	}
}
