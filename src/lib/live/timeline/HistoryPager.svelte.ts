import { MOST_SHOWN, MOST_SHOWN_AT_END } from '../../chat/limits.ts';
import type { TimelineState, OpenedPage } from './timeline-merge.ts';
import { joinNewer, joinOlder, trimmed } from './timeline-pages.ts';
import type { RoomSync } from './RoomSync.svelte.ts';

interface Deps {
	page: (place: string) => Promise<OpenedPage>;
	/** The number of the message at the reader; `undefined` at the end. */
	at: () => number | undefined;
	/** Too little is above the view for any of it to be removed. */
	nearStart: () => boolean;
	onturn: () => void;
	me: () => string | undefined;
	unreadFrom?: number;
}

const RETRY_AFTER_MS = 2_000;

/** Pages through a room: loads the pages above and below when the reader comes near, and removes distant messages. */
export class HistoryPager {
	readonly #sync: RoomSync;
	readonly #deps: Deps;
	#asking = false;
	#notBefore = 0;
	/** The highest number when the reader was last at the end. */
	#seen = $state(0);

	constructor(sync: RoomSync, deps: Deps) {
		this.#sync = sync;
		this.#deps = deps;
		this.#seen = deps.unreadFrom ? deps.unreadFrom - 1 : sync.timeline.cursor.message;
		sync.timeline.bound = (held) => {
			const kept = this.#trimmed(held);
			if (kept !== held) deps.onturn();
			return kept;
		};
		sync.loadAround = () => {
			const n = deps.at();
			return n === undefined ? undefined : deps.page(`around=${n}`);
		};
	}

	get live(): boolean {
		return this.#sync.timeline.live;
	}

	/** Messages since the reader was last at the end. On a page that is not live, the difference of the numbers. */
	get news(): number {
		const { messages, cursor } = this.#sync.timeline;
		if (!this.live) return Math.max(0, cursor.message - this.#seen);
		return messages.filter(({ n, person }) => n > this.#seen && person !== this.#deps.me()).length;
	}

	see(): void {
		this.#seen = this.#sync.timeline.cursor.message;
	}

	older(): Promise<void> {
		const { from } = this.#sync.timeline.held;
		return from > 1 ? this.#turn(`before=${from}`, joinOlder) : Promise.resolve();
	}

	newer(): Promise<void> {
		const { to } = this.#sync.timeline.held;
		return to ? this.#turn(`after=${to}`, joinNewer) : Promise.resolve();
	}

	async end(): Promise<void> {
		if (this.live) return;
		this.#sync.timeline.jump(await this.#deps.page(''));
		// Messages received while the page loaded, such as an own send, are not on either page.
		void this.#sync.ask();
	}

	trim(): void {
		this.#sync.timeline.turn((held) => this.#trimmed(held));
		this.#deps.onturn();
	}

	#trimmed(held: TimelineState): TimelineState {
		const n = this.#deps.at();
		if (n !== undefined) return trimmed(held, n);
		return trimmed(held, Infinity, this.#deps.nearStart() ? MOST_SHOWN : MOST_SHOWN_AT_END);
	}

	async #turn(place: string, join: typeof joinOlder): Promise<void> {
		if (this.#asking || performance.now() < this.#notBefore) return;
		this.#asking = true;
		try {
			const page = await this.#deps.page(place);
			this.#sync.timeline.turn((held) => trimmed(join(held, page), this.#deps.at() ?? Infinity));
			// The two pages are of different times: ask for what changed between.
			void this.#sync.ask();
		} catch {
			// The links above and below still lead there.
			this.#notBefore = performance.now() + RETRY_AFTER_MS;
		} finally {
			this.#asking = false;
		}
		this.#deps.onturn();
	}
}
