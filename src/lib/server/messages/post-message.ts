import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_TRIED_SENDS } from '../../chat/limits.ts';
import { messageText } from '../../chat/messages/draft.ts';
import { isForFewer, writeRefusal, type WriteRefusal } from '../../chat/rooms/writing.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { ChatMessage } from '../../chat/messages/message.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Events } from '../events.ts';
import { noteTold, tellOthers } from '../direct/direct-rooms.ts';
import type { RoomEntry } from '../rooms/access.ts';
import { writingStoreOf } from '../rooms/checked-store.ts';
import { readRoomState } from '../rooms/rooms.ts';
import type { Unnotified } from './group-mentions.ts';
import { checkFiles, type Wanted } from '../files/attach.ts';
import { CheckedCounters } from './checked-counters.ts';
import { HEARS_NOTHING } from '../storage/hearing.ts';
import { contentOf, messageOf, send, storedBefore, type Send, type SendOptions, type Sent } from './send-once.ts';

interface Refused {
	ok: false;
	because:
		| WriteRefusal
		| 'more-people'
		| 'file-gone'
		| 'file-used'
		| 'empty'
		| 'too-long'
		| 'too-many-bytes'
		| 'not-answerable';
}

export type Posted =
	| Exclude<Sent, { ok: true }>
	| { ok: true; message: ShownMessage; repeated: boolean; unnotified?: Unnotified }
	| Refused;

export interface Posting extends Omit<Send, 'files'> {
	/** Uploaded files of the sender, in their order. */
	attach?: readonly Wanted[];
	added?: string;
}

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
	readonly #counters: CheckedCounters;
	/** Sends that this process has tried, the oldest forgotten first. */
	readonly #tried = new Set<string>();
	/** Tries with the same send id run in succession, whatever their text. */
	readonly #flights = new Map<string, { content: string; posted: Promise<Posted> }>();

	/** @param hearing how the node hears the counters of rooms. @param monotonic milliseconds */
	constructor(
		store: Hpkv,
		clock: () => number,
		events: Events,
		{ hearing = HEARS_NOTHING, monotonic = () => performance.now() } = {}
	) {
		this.#counters = new CheckedCounters(monotonic, hearing);
		store.onWritten((key, value) => this.#counters.heard(key, value));
		this.#store = store;
		this.#clock = clock;
		this.#events = events;
	}

	/** @param entry by which the sender has come into the room: without it, rights are the caller's business */
	async post(posting: Posting, entry?: RoomEntry): Promise<Posted> {
		const checked = await this.#check(posting, entry);
		// A repeat of a message that is there is no refusal, whatever became of its files and its room since.
		if (!checked.ok) return (await this.#repeated(posting)) ?? checked;
		const { draft } = checked;
		const content = contentOf(draft);
		const id = JSON.stringify([draft.room, draft.person, draft.day, draft.sendId]);
		for (let flight; (flight = this.#flights.get(id));) {
			if (flight.content === content) return flight.posted;
			// The other text must have its claim first, so that this one is refused without taking a number.
			await flight.posted.catch(() => undefined);
		}
		const posted = this.#send(id, draft, entry);
		this.#flights.set(id, { content, posted });
		try {
			return await posted;
		} finally {
			this.#flights.delete(id);
		}
	}

	async #check({ attach, added, ...typed }: Posting, entry?: RoomEntry): Promise<{ ok: true; draft: Send } | Refused> {
		if (entry && isForFewer(added, entry.kind, entry.state)) return { ok: false, because: 'more-people' };
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
		const because = writeRefusal(draft.room, state, draft.person);
		if (because) return { ok: false, because };
		return answerable ? { ok: true, draft } : { ok: false, because: 'not-answerable' };
	}

	async #repeated({ attach, added: _, ...typed }: Posting): Promise<Posted | undefined> {
		const text = messageText(typed.message);
		const draft = { ...typed, message: text.ok ? text.text : '' };
		const message = await storedBefore(this.#store, draft, attach);
		return message && this.#published(message, true);
	}

	async #published(message: ChatMessage, repeated: boolean): Promise<Posted> {
		return { ok: true, ...(await this.#events.publish('messagePosted', { message, repeated })) };
	}

	/** Where each operation is a call over the network. wakeReaders of subscribers.ts checks for a deletion. */
	#options(id: string): SendOptions {
		if (this.#store.hearsAllWrites) return {};
		const isFirstTry = !this.#tried.has(id);
		this.#tried.add(id);
		const [oldest = ''] = this.#tried;
		if (this.#tried.size > MAX_TRIED_SENDS) this.#tried.delete(oldest);
		return { isFirstTry, counters: this.#counters, isCheckedLater: true };
	}

	async #send(id: string, draft: Send, entry?: RoomEntry): Promise<Posted> {
		const store = entry ? writingStoreOf(this.#store, entry, draft.person) : this.#store;
		const isFirst = entry?.kind === 'direct' && !entry.membership?.told;
		if (isFirst) await tellOthers(store, entry.room, draft.person, this.#clock());
		const sent = await send(store, draft, this.#clock, this.#options(id));
		if (!sent.ok) return sent;
		if (isFirst) await noteTold(store, entry.room, draft.person);
		return this.#published(sent.message, sent.repeated);
	}
}
