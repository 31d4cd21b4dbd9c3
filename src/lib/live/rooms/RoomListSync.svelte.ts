import { byActivity } from '../../chat/rooms/room-order.ts';
import type { LastMessage, RoomRow } from '../../chat/rooms/room.ts';
import { isListNews } from '../../chat/storage/keys.ts';
import { countWord, unreadIn } from '../../chat/reading/unread.ts';
import { lazy } from '../../lazy.ts';
import type { Connection, Listener } from '../connection/Connection.svelte.ts';

const listNews = lazy(() => import('./RoomListSync.lazy.ts'));

/** The rooms as the server knew them at `now`, by its clock. */
export interface RoomsThen {
	rooms: readonly RoomRow[];
	/** There are more than these, and so much is unread there. */
	more?: { unread: number };
	/** Which part of the list these are, where there are others. */
	part?: { size: number; page: number; pages: number };
	now: number;
}

/** Both are all rooms, or the same page of them. */
const samePart = (a: RoomsThen, b: RoomsThen) =>
	!a.more === !b.more && a.part?.size === b.part?.size && a.part?.page === b.part?.page;

/** How far a room is read, as this page knows better than the last answer. */
export interface Mark {
	n: number;
	/** It was put back by hand: what is on screen does not count as read until the room is visited again. */
	back?: boolean;
	/** When it was heard; {@link PENDING}: it was made here, and outlives every answer until the server knows. */
	at: number;
}

export const PENDING = Infinity;

/** Silence is never trusted: the list is asked for so often while the page is visible. */
const REFRESH_MS = 25_000;

interface Door {
	connection: Connection;
	/**
	 * Asks for the list. Not by having SvelteKit load the page again: that takes the place of a navigation that is on its
	 * way, and the page somebody had clicked for never came.
	 */
	list: () => Promise<RoomsThen>;
	/** The list that the page was rendered with. */
	page: () => RoomsThen | undefined;
	/** Who reads. */
	me: () => { id: string; name: string } | undefined;
}

/** Keeps the list of rooms true: the newest message of each, rooms that others create, and what is unread. */
export class RoomListSync {
	readonly connection: Connection;
	readonly #door: Door;
	#asked = $state.raw<RoomsThen & { page?: RoomsThen }>();
	#questions = 0;
	/** The newest question that has its answer. */
	#answered = 0;
	/** What was heard since, and when. */
	#heard = $state.raw<ReadonlyMap<string, LastMessage & { at: number }>>(new Map());
	/** How far something was read, on its way to the server. */
	marking: Promise<unknown> = Promise.resolve();
	/** By person and room: somebody else may join in the same page. */
	#marks = $state.raw<ReadonlyMap<string, Mark>>(new Map());
	#news: typeof import('./RoomListSync.lazy.ts') | undefined;
	/** What each row was made of: a row of which nothing has changed stays the same object, and is not drawn again. */
	readonly #made = new Map<string, { of: readonly unknown[]; row: RoomRow }>();

	constructor(door: Door) {
		this.#door = door;
		this.connection = door.connection;
	}

	/**
	 * What the page was rendered with, or the newest answer since: an answer to a question of this very page, whatever the
	 * server's clock has done meanwhile; of another page's, one that is newer, and no part of the list where this shows all.
	 */
	readonly #base = $derived.by((): RoomsThen => {
		const page = this.#door.page() ?? { rooms: [], now: 0 };
		const asked = this.#asked;
		const fits = asked?.page === this.#door.page() || (asked && asked.now > page.now && samePart(asked, page));
		return asked && fits ? asked : page;
	});

	/** The rooms, newest activity first. */
	readonly rooms = $derived.by(() => this.#base.rooms.map((room) => this.#shown(room)).sort(byActivity));

	get me(): { id: string; name: string } | undefined {
		return this.#door.me();
	}

	/** The moment they are from: a page that stays open past midnight goes by it. */
	get now(): number {
		return this.#base.now;
	}

	/** There are other rooms than these. */
	get more(): boolean {
		return this.#base.more !== undefined;
	}

	/** Which part of the list these are, where there are others. */
	get part(): RoomsThen['part'] {
		return this.#base.part;
	}

	/** All that is unread. */
	readonly unread = $derived(
		this.rooms.reduce((sum, room) => sum + unreadIn(room), this.#base.more ? this.#base.more.unread : 0)
	);

	/** `(3) `, before the title of a page. */
	get title(): string {
		return this.unread ? `(${countWord(this.unread)}) ` : '';
	}

	/** Begins to listen. @returns what ends it */
	start(): () => void {
		const ear: Listener = {
			onlive: () => void this.ask(),
			onnotification: (key, value) => {
				if (!isListNews(key)) return;
				// At once, where its code is there: what comes together is shown together.
				if (this.#news) return this.#news.hear(this, key, value ?? '');
				// Without its code the list is asked for from time to time all the same.
				void listNews().then((news) => (this.#news ??= news)?.hear(this, key, value ?? ''));
			}
		};
		const stop = this.connection.listen(ear);
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') void this.ask();
		}, REFRESH_MS);
		return () => {
			clearInterval(timer);
			stop();
		};
	}

	/** How far the room is read; nothing, where that is not known here. */
	mark(room: string): Mark | undefined {
		return this.#marks.get(this.#mine(room));
	}

	setMark(room: string, mark: Mark): void {
		this.#marks = new Map(this.#marks).set(this.#mine(room), mark);
	}

	#mine = (room: string) => `${this.me?.id} ${room}`;

	/** The newest message that was heard. */
	setLast(room: string, last: LastMessage): void {
		if (last.n > (this.#heard.get(room)?.n ?? 0)) {
			this.#heard = new Map(this.#heard).set(room, { ...last, at: performance.now() });
		}
	}

	/** The room's page is opened, read so far: what is seen there counts again. */
	visit(room: string, read: number | undefined): void {
		const mark = this.mark(room);
		if (mark?.at === PENDING) this.setMark(room, { ...mark, back: false });
		// A page that was loaded ahead knows less than has been read since.
		else if (read !== undefined && (!mark || mark.back || read > mark.n))
			this.setMark(room, { n: read, at: performance.now() });
	}

	/** The store was put back to an earlier state, in which the room has so many numbers: more cannot have been read. */
	restored(room: string, count: number): void {
		const mark = this.mark(room);
		// How far it was read then, the next answer says.
		if (mark) this.setMark(room, { n: Math.min(mark.n, count), at: 0 });
		this.#heard = new Map();
		void this.ask();
	}

	async ask(): Promise<void> {
		const asked = performance.now();
		const question = ++this.#questions;
		try {
			const page = this.#door.page();
			const answer = await this.#door.list();
			// Answers overtake each other.
			if (question < this.#answered) return;
			this.#answered = question;
			this.connection.wake();
			this.#asked = { ...answer, page };
			// What was heard before the question is in its answer, or is gone: a store may be put back to an earlier state.
			this.#heard = new Map([...this.#heard].filter(([, { at }]) => at >= asked));
			for (const { id, read } of answer.rooms) {
				const mark = this.mark(id);
				if (mark && mark.at < asked && read !== undefined) this.setMark(id, { ...mark, n: read });
			}
		} catch {
			// Not reached: the connection shows it, and the next question comes.
		}
	}

	#shown(room: RoomRow): RoomRow {
		const heard = this.#heard.get(room.id);
		const read = this.mark(room.id)?.n ?? room.read;
		const of = [room, heard, read];
		const made = this.#made.get(room.id);
		if (made?.of.every((part, i) => part === of[i])) return made.row;
		const shown = { ...room, read };
		if (heard && heard.n > (room.last?.n ?? 0)) shown.last = heard;
		if (heard && heard.n > room.count) shown.count = heard.n;
		this.#made.set(room.id, { of, row: shown });
		return shown;
	}
}
