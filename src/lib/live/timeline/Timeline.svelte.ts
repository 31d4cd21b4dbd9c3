import type { Change } from '../../chat/messages/change.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Cursor, Seen } from '../../chat/reading/cursor.ts';
import {
	before,
	receiveChange,
	opened,
	receive,
	repair,
	type TimelineState,
	type OpenedPage,
	type Repair
} from './timeline-merge.ts';

export const HOLD_BACK_MS = 3_000;

/** One constant array, so that dependents are not notified of each message. */
const NONE: readonly ShownMessage[] = [];

export class Timeline {
	#held = $state.raw() as TimelineState;
	readonly #young = new Set<number>();
	#shown = $state.raw<readonly ShownMessage[]>([]);

	#gapAfter = $state.raw<number>();
	#waiting = $state.raw(NONE);
	/** Removes messages too far from the reader; called for each new message. By default all are kept. */
	bound: (held: TimelineState) => TimelineState = (held) => held;

	constructor(page: OpenedPage) {
		this.#held = opened(page);
		// Holes that a page came with hold nothing back: the page shows the messages after them.
		this.#shown = page.messages;
	}

	/** Ascending; ends before the first hole that holds back later messages. */
	get messages(): readonly ShownMessage[] {
		return this.#shown;
	}

	get waiting(): readonly ShownMessage[] {
		return this.#waiting;
	}

	/** Whether the page ends at the newest message, so that new ones are added. */
	readonly live = $derived(this.#held.to === undefined);

	get cursor(): Cursor {
		return this.#held.cursor;
	}

	/** The cursor and the newest message's id, by which the server recognises a page from before a restore. */
	get seen(): Seen {
		const newest = this.#held.messages.at(-1);
		return { ...this.#held.cursor, newest: newest && { n: newest.n, id: newest.id } };
	}

	get held(): TimelineState {
		return this.#held;
	}

	/** The last number before the gap that a jump left. */
	get gapAfter(): number | undefined {
		return this.#gapAfter && this.#gapAfter < this.#held.from - 1 ? this.#gapAfter : undefined;
	}

	/** `page` replaces this one; the numbers between are a gap. `restored`: of another history, so there is no gap. */
	jump(page: OpenedPage, restored = false): void {
		// The held messages may include newer ones from live events.
		const last = this.#held.messages.findLast(({ n }) => n < (page.older ?? 1))?.n;
		this.#gapAfter = this.#held.to || page.newer || restored ? undefined : last;
		this.#young.clear();
		this.#held = opened(page);
		this.#show();
	}

	/** Applies a page change. Holes of the new page hold nothing back. */
	turn(step: (held: TimelineState) => TimelineState): void {
		this.#held = step(this.#held);
		this.#show();
	}

	receive(message: ShownMessage): void {
		this.#become(receive(this.#held, message));
	}

	receiveChange(change: Change): void {
		this.#become(receiveChange(this.#held, change));
	}

	repair(asked: Cursor, answer: Repair): void {
		this.#become(repair(this.#held, asked, answer));
	}

	#become(held: TimelineState): void {
		const known = new Set(this.#held.cursor.holes);
		const end = this.#shown.at(-1)?.n ?? 0;
		for (const n of held.cursor.holes) {
			// A hole before the last message on screen holds nothing back: messages on screen stay.
			if (known.has(n) || n < end) continue;
			this.#young.add(n);
			setTimeout(() => {
				this.#young.delete(n);
				this.#show();
			}, HOLD_BACK_MS);
		}
		// Messages that are held back must be shown before `bound` may remove them.
		this.#held = this.#holding(held).length > 0 ? held : this.bound(held);
		this.#show();
	}

	#holding = (held: TimelineState) => held.cursor.holes.filter((n) => this.#young.has(n));

	#show(): void {
		const { messages } = this.#held;
		this.#shown = before(messages, this.#holding(this.#held));
		this.#waiting = this.#shown.length === messages.length ? NONE : messages.slice(this.#shown.length);
	}
}
