import { MOST_SHOWN, MOST_SHOWN_AT_END } from '../../chat/limits.ts';
import type { Held, OpenedPage } from './timeline-merge.ts';
import { joinNewer, joinOlder, trimmed } from './timeline-pages.ts';
import type { RoomSync } from './RoomSync.svelte.ts';

interface Door {
	/** Asks for a page: `before=51`, `after=100`, `around=75`, or the newest. */
	page: (place: string) => Promise<OpenedPage>;
	/** The number of the message that is read; at the end, `undefined`. */
	at: () => number | undefined;
	/** There is so little above what is in view that nothing of it may go. */
	nearStart: () => boolean;
	/** Messages have been put in, or taken out. */
	onturn: () => void;
	me: () => string | undefined;
	/** The first number that was unread when the page was opened. */
	unreadFrom?: number;
}

/** A page that could not be had is asked for again when the reader moves, but not at once, in milliseconds. */
const RETRY_AFTER_MS = 2_000;

/** Reads through a room: brings the pages above and below when the reader comes near, and takes off those far away. */
export class HistoryPager {
	readonly #feed: RoomSync;
	readonly #door: Door;
	#asking = false;
	#notBefore = 0;
	/** The highest number when the reader was last at the end. */
	#seen = $state(0);

	constructor(feed: RoomSync, door: Door) {
		this.#feed = feed;
		this.#door = door;
		this.#seen = door.unreadFrom ? door.unreadFrom - 1 : feed.timeline.cursor.message;
		feed.timeline.bound = (held) => {
			const kept = this.#trimmed(held);
			if (kept !== held) door.onturn();
			return kept;
		};
	}

	/** It ends at the newest message: what comes is put in. */
	get live(): boolean {
		return this.#feed.timeline.live;
	}

	/** What was said since the reader was at the end. Where it is not on the page, it is counted by the numbers. */
	get news(): number {
		const { messages, cursor } = this.#feed.timeline;
		if (!this.live) return Math.max(0, cursor.message - this.#seen);
		return messages.filter(({ n, person }) => n > this.#seen && person !== this.#door.me()).length;
	}

	/** The reader is at the end. */
	see(): void {
		this.#seen = this.#feed.timeline.cursor.message;
	}

	older(): Promise<void> {
		const { from } = this.#feed.timeline.held;
		return from > 1 ? this.#turn(`before=${from}`, joinOlder) : Promise.resolve();
	}

	newer(): Promise<void> {
		const { to } = this.#feed.timeline.held;
		return to ? this.#turn(`after=${to}`, joinNewer) : Promise.resolve();
	}

	/** The newest page takes the place of this one, unless this one ends at the newest. */
	async end(): Promise<void> {
		if (this.live) return;
		this.#feed.timeline.jump(await this.#door.page(''));
		// What was heard while that page was on its way had no place here: what I sent, above all.
		void this.#feed.ask();
	}

	/** Takes off what is too far away. */
	trim(): void {
		this.#feed.timeline.turn((held) => this.#trimmed(held));
		this.#door.onturn();
	}

	#trimmed(held: Held): Held {
		const n = this.#door.at();
		if (n !== undefined) return trimmed(held, n);
		return trimmed(held, Infinity, this.#door.nearStart() ? MOST_SHOWN : MOST_SHOWN_AT_END);
	}

	async #turn(place: string, join: typeof joinOlder): Promise<void> {
		if (this.#asking || performance.now() < this.#notBefore) return;
		this.#asking = true;
		try {
			const page = await this.#door.page(place);
			this.#feed.timeline.turn((held) => trimmed(join(held, page), this.#door.at() ?? Infinity));
			// Both were rendered at some moment: what lies between them is asked for.
			void this.#feed.ask();
		} catch {
			// The links above and below lead there as well.
			this.#notBefore = performance.now() + RETRY_AFTER_MS;
		} finally {
			this.#asking = false;
		}
		this.#door.onturn();
	}
}
