import type { Hpkv } from '../../../hpkv/port.ts';
import type { Change } from '../../chat/messages/change.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import { messageText } from '../../chat/messages/draft.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { tombstone, type ShownMessage } from '../../chat/messages/message-view.ts';
import { readMessage } from './changes.ts';
import { blankPreview, refreshPreview } from './preview.ts';
import { eraseEarlierEdits, readEdited, readTexts } from './edits.ts';
import { isDeleted } from './annotations.ts';
import { moveMentions, noteMentions } from './mentions.ts';
import { markSent } from '../rooms/read-marks.ts';
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

/** Sends messages and wakes readers. Concurrent tries of one send in this process share one call. */
export class Posts {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #failed: (error: unknown) => void;
	/** Tries with the same send id run in succession, whatever their text. */
	readonly #flights = new Map<string, { text: string; posted: Promise<Posted> }>();
	readonly #announcing = new Set<Promise<void>>();

	/** @param failed called when readers could not be woken; they find the message when they next ask */
	constructor(store: Hpkv, clock: () => number, failed: (error: unknown) => void) {
		this.#store = store;
		this.#clock = clock;
		this.#failed = failed;
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
		if (!repeated) {
			const mentions = await noteMentions(this.#store, message);
			const shown = mentions ? { ...message, mentions } : message;
			this.#announce(shown, false);
			return { ...sent, message: shown };
		}
		// A retried message may have been edited since: readers must not receive the earlier text.
		const mentions = message.message.includes('@') ? await this.#moveMentions(message) : undefined;
		const newest = await readEdited(this.#store, message);
		const now = mentions ? { ...newest, mentions } : newest;
		this.#announce(now, true);
		return { ...sent, message: now };
	}

	/**
	 * Wakes readers in the background. An edit's preview and mentions are written first: woken readers ask for the list.
	 * @returns the change once its mentions are filed, since it is acknowledged then
	 */
	announceChange(room: string, change: Change): Promise<Change> {
		const filed = this.#fileEdit(room, change);
		this.#behind(async () => {
			await this.#wake(room, await filed);
			// A deletion that came in between wins.
			if (change.kind !== 'edit' || !(await isDeleted(this.#store, room, change.n))) return;
			const blank: Change = { kind: 'delete', m: change.m, n: change.n, timestamp: change.timestamp };
			await this.#store.set(keys.live(room), JSON.stringify(blank));
		});
		return filed;
	}

	async #fileEdit(room: string, change: Change): Promise<Change> {
		const text = change.kind === 'edit' ? change.message : undefined;
		const standing = text !== undefined ? await readMessage(this.#store, room, change.n) : undefined;
		if (!standing || text === undefined) return change;
		const [mentions] = await Promise.all([
			this.#moveMentions(standing),
			refreshPreview(this.#store, { ...standing, message: text })
		]);
		await eraseEarlierEdits(this.#store, room, change.n);
		return change.kind === 'edit' && mentions ? { ...change, mentions } : change;
	}

	/** Omits the mentions if they exceed the value size: readers also get them with the message. */
	async #wake(room: string, news: ShownMessage | Change): Promise<void> {
		const told = JSON.stringify(news);
		const fits = Buffer.byteLength(told) <= this.#store.maxValueBytes;
		await this.#store.set(keys.live(room), fits ? told : JSON.stringify({ ...news, mentions: undefined }));
	}

	#moveMentions(message: ChatMessage): Promise<Mentioned[] | undefined> {
		return moveMentions(this.#store, message, () => readTexts(this.#store, message));
	}

	async settle(): Promise<void> {
		await Promise.all(this.#announcing);
	}

	#announce(message: ShownMessage, repeated: boolean): void {
		this.#behind(async () => {
			const wake = this.#wake(message.room, message);
			// A repeated send may be old and must not become the preview again.
			const show = repeated || this.#store.set(keys.last(message.room), JSON.stringify(preview(message)));
			const read = repeated || markSent(this.#store, message.person, message.room, message.n);
			await Promise.all([wake, show, read]);
			// A deletion that came in between wins.
			if (message.deleted || !(await isDeleted(this.#store, message.room, message.n))) return;
			await this.#store.set(keys.live(message.room), JSON.stringify(tombstone(message)));
			await blankPreview(this.#store, message.room, message.n);
		});
	}

	#behind(work: () => Promise<void>): void {
		const announcing: Promise<void> = work()
			.catch(this.#failed)
			.finally(() => this.#announcing.delete(announcing));
		this.#announcing.add(announcing);
	}
}
