import type { Change } from '../../chat/messages/change.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Cursor, Seen } from '../../chat/reading/cursor.ts';
import { before, hear, opened, receive, repair, type Held, type OpenedPage, type Repair } from './timeline-merge.ts';

/** So long a jump in the numbers holds back what came after it, in milliseconds; then the hole is passed on screen. */
export const HOLD_BACK = 3_000;

/** Always the same: who depends on it is not told of each message. */
const NONE: readonly ShownMessage[] = [];

/** The messages of an open room: what the server rendered, then everything that is heard and asked for. */
export class Timeline {
	#held = $state.raw() as Held;
	/** The holes that hold back what came after them. */
	readonly #young = new Set<number>();
	#shown = $state.raw<readonly ShownMessage[]>([]);

	#gapAfter = $state.raw<number>();
	#waiting = $state.raw(NONE);
	/** Takes off what is too far from the reader, with each message that comes: without it, everything is kept. */
	bound: (held: Held) => Held = (held) => held;

	constructor(page: OpenedPage) {
		this.#held = opened(page);
		// The holes that a page came with are passed already: it shows what stands after them.
		this.#shown = page.messages;
	}

	/** Ascending, without gaps that could still be filled in the next seconds. */
	get messages(): readonly ShownMessage[] {
		return this.#shown;
	}

	/** What is known and held back. */
	get waiting(): readonly ShownMessage[] {
		return this.#waiting;
	}

	/** It ends at the newest message: what comes is put in. */
	readonly live = $derived(this.#held.to === undefined);

	/** Where to ask from. */
	get cursor(): Cursor {
		return this.#held.cursor;
	}

	/** The same, with what tells the history of the room that is here from another. */
	get seen(): Seen {
		const newest = this.#held.messages.at(-1);
		return { ...this.#held.cursor, newest: newest && { n: newest.n, id: newest.id } };
	}

	/** What is held, and where it ends. */
	get held(): Held {
		return this.#held;
	}

	/** The last number that was here before so much was missed that the page jumped to the newest. */
	get gapAfter(): number | undefined {
		return this.#gapAfter && this.#gapAfter < this.#held.from - 1 ? this.#gapAfter : undefined;
	}

	/**
	 * So much was missed that the newest page takes the place of this one; what is between is left as a gap.
	 * @param restored what is here is not of that history: there is nothing between
	 */
	jump(page: OpenedPage, restored = false): void {
		// What was said last may have been heard already.
		const last = this.#held.messages.findLast(({ n }) => n < (page.older ?? 1))?.n;
		this.#gapAfter = this.#held.to || page.newer || restored ? undefined : last;
		this.#young.clear();
		this.#held = opened(page);
		this.#show();
	}

	/** Pages come and go. The holes that a page came with are passed already. */
	turn(step: (held: Held) => Held): void {
		this.#held = step(this.#held);
		this.#show();
	}

	/** A message that was pushed, or that the server answered a send with. */
	receive(message: ShownMessage): void {
		this.#become(receive(this.#held, message));
	}

	/** Something that happened to a message. */
	hear(change: Change): void {
		this.#become(hear(this.#held, change));
	}

	repair(asked: Cursor, answer: Repair): void {
		this.#become(repair(this.#held, asked, answer));
	}

	#become(held: Held): void {
		const known = new Set(this.#held.cursor.holes);
		const end = this.#shown.at(-1)?.n ?? 0;
		for (const n of held.cursor.holes) {
			// What is on screen already stays there: only a hole after it holds anything back.
			if (known.has(n) || n < end) continue;
			this.#young.add(n);
			setTimeout(() => {
				this.#young.delete(n);
				this.#show();
			}, HOLD_BACK);
		}
		// What is held back is to be shown before it may go.
		this.#held = this.#holding(held).length > 0 ? held : this.bound(held);
		this.#show();
	}

	#holding = (held: Held) => held.cursor.holes.filter((n) => this.#young.has(n));

	#show(): void {
		const { messages } = this.#held;
		this.#shown = before(messages, this.#holding(this.#held));
		this.#waiting = this.#shown.length === messages.length ? NONE : messages.slice(this.#shown.length);
	}
}
