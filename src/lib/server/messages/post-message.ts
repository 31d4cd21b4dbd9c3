import type { Hpkv } from '../../../hpkv/port.ts';
import { messageText } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Events } from '../events.ts';
import { directClosed, noteTold, tellOthers } from '../direct/direct-rooms.ts';
import { storeOf, type RoomEntry } from '../rooms/access.ts';
import { readRoomState } from '../rooms/rooms.ts';
import type { Untold } from './group-mentions.ts';
import { checkFiles, type Wanted } from '../files/attach.ts';
import { contentOf, messageOf, send, type Send, type Sent } from './send-once.ts';

export type Posted =
	| Exclude<Sent, { ok: true }>
	| { ok: true; message: ShownMessage; repeated: boolean; untold?: Untold }
	| {
			ok: false;
			because:
				| 'file-gone'
				| 'file-used'
				| 'empty'
				| 'too-long'
				| 'too-many-bytes'
				| 'archived'
				| 'not-answerable'
				| 'closed'
				| 'closed-by-you';
	  };

/** `attach`: uploaded files of the sender, in their order. */
export type Posting = Omit<Send, 'files'> & { attach?: readonly Wanted[] };

/** Longest number and timestamp, for measuring before they are known. */
export const WIDEST = { n: 999_999_999_999, timestamp: 9_999_999_999_999 };

export const bytesForText = (store: Pick<Hpkv, 'maxValueBytes'>, send: Omit<Send, 'message'>): number =>
	store.maxValueBytes - Buffer.byteLength(JSON.stringify(messageOf({ ...send, message: '' }, WIDEST)));

/** Whether the answered message has a number of the room, of those that the sender may read. Its record may be on its way. */
const isAnswerable = async (store: Hpkv, { room, re }: Pick<Send, 'room' | 're'>, from = 1): Promise<boolean> =>
	re === undefined || (re >= from && re <= Number((await store.get(keys.messageCount(room))) ?? 0));

/** Sends messages. Concurrent tries of one send in this process share one call. */
export class Posts {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #events: Events;
	/** Tries with the same send id run in succession, whatever their text. */
	readonly #flights = new Map<string, { content: string; posted: Promise<Posted> }>();

	constructor(store: Hpkv, clock: () => number, events: Events) {
		this.#store = store;
		this.#clock = clock;
		this.#events = events;
	}

	/** @param entry by which the sender has come into the room: without it, rights are the caller's business */
	async post({ attach, ...typed }: Posting, entry?: RoomEntry): Promise<Posted> {
		const checked = attach?.length ? await checkFiles(this.#store, typed, attach) : undefined;
		if (checked && !checked.ok) return checked;
		const files = checked?.files;
		const bytes = bytesForText(this.#store, { ...typed, files });
		const text = messageText(typed.message, bytes);
		const isOfFiles = !text.ok && text.because === 'empty' && files;
		if (!text.ok && !isOfFiles) return text;
		if (bytes < 0) return { ok: false, because: 'too-many-bytes' };
		const draft: Send = { ...typed, ...(files && { files }), message: text.ok ? text.text : '' };
		const [state, answerable] = await Promise.all([
			entry?.state ?? readRoomState(this.#store, draft.room),
			isAnswerable(this.#store, draft, entry?.from)
		]);
		const closed = state.archived ? 'archived' : directClosed(draft.room, state, draft.person);
		if (closed) return { ok: false, because: closed };
		if (!answerable) return { ok: false, because: 'not-answerable' };
		const content = contentOf(draft);
		const id = JSON.stringify([draft.room, draft.person, draft.day, draft.sendId]);
		for (let flight; (flight = this.#flights.get(id));) {
			if (flight.content === content) return flight.posted;
			// The other text must have its claim first, so that this one is refused without taking a number.
			await flight.posted.catch(() => undefined);
		}
		const posted = this.#send(draft, entry);
		this.#flights.set(id, { content, posted });
		try {
			return await posted;
		} finally {
			this.#flights.delete(id);
		}
	}

	async #send(draft: Send, entry?: RoomEntry): Promise<Posted> {
		const store = entry ? storeOf(this.#store, entry) : this.#store;
		const isFirst = entry?.kind === 'direct' && !entry.membership?.told;
		if (isFirst) await tellOthers(store, entry.room, draft.person, this.#clock());
		const sent = await send(store, draft, this.#clock);
		if (!sent.ok) return sent;
		if (isFirst) await noteTold(store, entry.room, draft.person);
		const { message, repeated } = sent;
		return { ...sent, ...(await this.#events.publish('messagePosted', { message, repeated })) };
	}
}
