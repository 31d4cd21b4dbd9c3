import { readUpTo } from '../../chat/reading/unread.ts';
import type { Cursor } from '../../chat/reading/cursor.ts';
import { PENDING, type RoomListSync } from '../rooms/RoomListSync.svelte.ts';

/** In milliseconds. Delay of the first post: often a send has moved the mark by then. */
const SOON = 300;
/** In milliseconds. Least time between posts; a person's other tabs are promised the mark within two seconds. */
const EVERY = 1_500;
const RETRY_MS = 10_000;
const A_LINE_PX = 24;

export interface TrackedRoom {
	list: RoomListSync;
	room: string;
	atEnd: () => boolean;
	post: (n: number) => Promise<void>;
}

/** Moves the read mark to the last message on screen: never back, nor after it was put back by hand in this visit. */
export class ReadTracker {
	readonly #tracked: TrackedRoom;
	#scroller: HTMLElement | undefined;
	#cursor: Cursor | undefined;
	#postedAt = -EVERY;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(tracked: TrackedRoom) {
		this.#tracked = tracked;
	}

	/** Watches the scroller. @returns a function that stops it and posts the mark */
	start(scroller: HTMLElement): () => void {
		this.#scroller = scroller;
		const flush = () => void this.#post();
		const change = () => (document.visibilityState === 'visible' ? this.look() : flush());
		scroller.addEventListener('scroll', change, { passive: true });
		document.addEventListener('visibilitychange', change);
		addEventListener('pagehide', flush);
		return () => {
			this.#scroller = undefined;
			scroller.removeEventListener('scroll', change);
			document.removeEventListener('visibilitychange', change);
			removeEventListener('pagehide', flush);
			flush();
		};
	}

	/** Marks everything up to the last message on screen read; at the end of the room also the void numbers after it. */
	look(cursor = this.#cursor): void {
		this.#cursor = cursor;
		if (!cursor || !this.#scroller || document.visibilityState !== 'visible') return;
		const { list, room, atEnd } = this.#tracked;
		const { bottom } = this.#scroller.getBoundingClientRect();
		const articles = [...this.#scroller.querySelectorAll('article[id]')];
		const last = articles.findLast((article) => article.getBoundingClientRect().top + A_LINE_PX <= bottom);
		const isEnd = atEnd() && last === articles.at(-1);
		const seen = readUpTo(cursor, isEnd ? undefined : Number(last?.id.slice(2) ?? 0));
		const mark = list.mark(room);
		if (mark ? mark.back || seen <= mark.n : !isEnd && !last) return;
		list.setMark(room, { n: seen, at: PENDING });
		this.#timer ??= setTimeout(() => void this.#post(), Math.max(SOON, this.#postedAt + EVERY - performance.now()));
	}

	/** Posts the pending read mark (on a timer, or when the reader leaves). */
	async #post(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const { list, room, post } = this.#tracked;
		const mark = list.mark(room);
		if (mark?.at !== PENDING) return;
		this.#postedAt = performance.now();
		try {
			await (list.marking = post(mark.n));
			if (list.mark(room) === mark) list.setMark(room, { ...mark, at: performance.now() });
		} catch {
			this.#timer ??= setTimeout(() => void this.#post(), RETRY_MS);
		}
	}
}
