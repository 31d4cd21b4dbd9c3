import { readUpTo } from '../../chat/reading/unread.ts';
import type { Cursor } from '../../chat/reading/cursor.ts';
import { PENDING, type RoomListSync } from '../rooms/RoomListSync.svelte.ts';

/** So long after something came into sight the mark is set, in milliseconds: often by then a send has set it. */
const SOON = 300;
/** While more keeps coming, no more often than this. Other tabs of this person are promised it within two seconds. */
const EVERY = 1_500;
/** What could not be said is said again after this. */
const RETRY_MS = 10_000;
/** So much of a message must show before it counts as seen, in pixels: a line. */
const A_LINE = 24;

/** What is read: a room, as the list knows it, on a page that may end with it. */
export interface Place {
	list: RoomListSync;
	room: string;
	/** The page ends with the room. */
	atEnd: () => boolean;
	/** Tells the server. */
	post: (n: number) => Promise<void>;
}

/**
 * Somebody reads a room: what they have had before their eyes is marked read. A mark never goes back by this, and one that
 * was put back by hand stays until the room is visited again.
 */
export class ReadTracker {
	readonly #place: Place;
	#scroller: HTMLElement | undefined;
	#cursor: Cursor | undefined;
	#toldAt = -EVERY;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(place: Place) {
		this.#place = place;
	}

	/** Begins to watch what is on screen. @returns what ends it, and says what was seen */
	start(scroller: HTMLElement): () => void {
		this.#scroller = scroller;
		const tell = () => void this.#tell();
		const change = () => (document.visibilityState === 'visible' ? this.look() : tell());
		scroller.addEventListener('scroll', change, { passive: true });
		document.addEventListener('visibilitychange', change);
		addEventListener('pagehide', tell);
		return () => {
			this.#scroller = undefined;
			scroller.removeEventListener('scroll', change);
			document.removeEventListener('visibilitychange', change);
			removeEventListener('pagehide', tell);
			tell();
		};
	}

	/** Everything up to the last message on screen is read; at the end of the room also what came to nothing after it. */
	look(cursor = this.#cursor): void {
		this.#cursor = cursor;
		if (!cursor || !this.#scroller || document.visibilityState !== 'visible') return;
		const { list, room, atEnd } = this.#place;
		const { bottom } = this.#scroller.getBoundingClientRect();
		const articles = [...this.#scroller.querySelectorAll('article[id]')];
		const last = articles.findLast((article) => article.getBoundingClientRect().top + A_LINE <= bottom);
		const isEnd = atEnd() && last === articles.at(-1);
		const seen = readUpTo(cursor, isEnd ? undefined : Number(last?.id.slice(2) ?? 0));
		const mark = list.mark(room);
		if (mark ? mark.back || seen <= mark.n : !isEnd && !last) return;
		list.setMark(room, { n: seen, at: PENDING });
		this.#timer ??= setTimeout(() => void this.#tell(), Math.max(SOON, this.#toldAt + EVERY - performance.now()));
	}

	/** Nobody is here any more, or it is time: what was seen is said now, if nobody has said it. */
	async #tell(): Promise<void> {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		const { list, room, post } = this.#place;
		const mark = list.mark(room);
		if (mark?.at !== PENDING) return;
		this.#toldAt = performance.now();
		try {
			await (list.marking = post(mark.n));
			if (list.mark(room) === mark) list.setMark(room, { ...mark, at: performance.now() });
		} catch {
			this.#timer ??= setTimeout(() => void this.#tell(), RETRY_MS);
		}
	}
}
