import { MOST_SHOWN, MOST_SHOWN_AT_END } from '../../chat/limits.ts';
import type { Held, OpenedPage } from './timeline-merge.ts';
import { joinNewer, joinOlder, trimmed } from './timeline-pages.ts';
import type { RoomSync } from './RoomSync.svelte.ts';

interface Door {
	/** Loads a page: `before=51`, `after=100`, `around=75`, or the newest. */
	page: (place: string) => Promise<OpenedPage>;
	/** The number of the message at the reader; `undefined` at the end. */
	at: () => number | undefined;
	/** Too little is above the view for any of it to be removed. */
	nearStart: () => boolean;
	onturn: () => void;
	me: () => string | undefined;
	unreadFrom?: number;
}

/** Least time before a page that failed to load is asked for again. */
const RETRY_AFTER_MS = 2_000;

/** Pages through a room: loads the pages above and below when the reader comes near, and removes distant messages. */
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

	get live(): boolean {
		return this.#feed.timeline.live;
	}

	/** Messages since the reader was last at the end. On a page that is not live, the difference of the numbers. */
	get news(): number {
		const { messages, cursor } = this.#feed.timeline;
		if (!this.live) return Math.max(0, cursor.message - this.#seen);
		return messages.filter(({ n, person }) => n > this.#seen && person !== this.#door.me()).length;
	}

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

	async end(): Promise<void> {
		if (this.live) return;
		this.#feed.timeline.jump(await this.#door.page(''));
		// Messages received while the page loaded, such as an own send, are not on either page.
		void this.#feed.ask();
	}

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
			// The two pages are of different times: ask for what changed between.
			void this.#feed.ask();
		} catch {
			// The links above and below still lead there.
			this.#notBefore = performance.now() + RETRY_AFTER_MS;
		} finally {
			this.#asking = false;
		}
		this.#door.onturn();
	}
}
