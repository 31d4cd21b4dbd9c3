import { byActivity, type RoomOrder } from '../../chat/rooms/room-order.ts';
import type { LastMessage, RoomRow } from '../../chat/rooms/room.ts';
import { isListEvent } from '../../chat/storage/keys.ts';
import { countWord, unreadInAll } from '../../chat/reading/unread.ts';
import { lazy } from '../../lazy.ts';
import type { Connection, Listener } from '../connection/Connection.svelte.ts';

const eventsPart = lazy(() => import('./RoomListSync.lazy.ts'));

/** The listed rooms at server time `now`, in their order. */
export interface RoomsThen {
	rooms: readonly RoomRow[];
	order: RoomOrder;
	/** There are further rooms, with this many unread messages; whether direct messages are among them. */
	more?: { unread: number; messages?: true };
	now: number;
}

/** A read mark that is newer than the last answer. */
export interface Mark {
	n: number;
	/** Put back by hand: messages on screen do not count as read until the next visit to the room. */
	back?: boolean;
	/** `performance.now()` of its receipt, or {@link PENDING}: made here, and kept until posted. */
	at: number;
}

export const PENDING = Infinity;

/** How often a visible page asks for the list, because live events may be lost. */
const REFRESH_MS = 25_000;

interface Deps {
	connection: Connection;
	/** Asks for the list. Not SvelteKit's `invalidate`: it cancels a navigation that is under way. */
	list: () => Promise<RoomsThen>;
	page: () => RoomsThen | undefined;
	me: () => { id: string; name: string } | undefined;
}

export class RoomListSync {
	readonly connection: Connection;
	readonly #deps: Deps;
	#asked = $state.raw<RoomsThen & { page?: RoomsThen }>();
	#questions = 0;
	#answered = 0;
	/** From live events, with the time of receipt. */
	#received = $state.raw<ReadonlyMap<string, LastMessage & { at: number }>>(new Map());
	marking: Promise<unknown> = Promise.resolve();
	/** By person and room: another person may join without a reload. */
	#marks = $state.raw<ReadonlyMap<string, Mark>>(new Map());
	#events: typeof import('./RoomListSync.lazy.ts') | undefined;
	/** What each row was made of: an unchanged row stays the same object, and is not rendered again. */
	readonly #made = new WeakMap<RoomRow, { of: readonly unknown[]; row: RoomRow }>();

	constructor(deps: Deps) {
		this.#deps = deps;
		this.connection = deps.connection;
	}

	/** An answer to this page always counts, as the server's clock may have gone back; an earlier page's counts if it is newer. */
	readonly #base = $derived.by((): RoomsThen => {
		const page = this.#deps.page() ?? { rooms: [], order: 'name', now: 0 };
		const asked = this.#asked;
		return asked && (asked.page === this.#deps.page() || asked.now > page.now) ? asked : page;
	});

	/** By name, nothing moves: the server's order does not change with a message. */
	readonly rooms = $derived.by(() => {
		const rooms = this.#base.rooms.map((room) => this.current(room));
		return this.#base.order === 'activity' ? rooms.sort(byActivity) : rooms;
	});

	get me(): { id: string; name: string } | undefined {
		return this.#deps.me();
	}

	/** The server's time of the list: a page open past midnight uses it. */
	get now(): number {
		return this.#base.now;
	}

	get more() {
		return this.#base.more;
	}

	get order(): RoomOrder {
		return this.#base.order;
	}

	readonly unread = $derived(unreadInAll(this.rooms) + (this.#base.more?.unread ?? 0));

	get title(): string {
		return this.unread ? `(${countWord(this.unread)}) ` : '';
	}

	start(): () => void {
		const listener: Listener = {
			onlive: () => void this.ask(),
			onnotification: (key, value) => {
				if (!isListEvent(key)) return;
				// Synchronous once loaded, so that a batch is rendered together.
				if (this.#events) return this.#events.onEvent(this, key, value);
				// If the code cannot be loaded, the regular question still updates the list.
				void eventsPart().then((events) => (this.#events ??= events)?.onEvent(this, key, value));
			}
		};
		const stop = this.connection.listen(listener);
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') void this.ask();
		}, REFRESH_MS);
		return () => {
			clearInterval(timer);
			stop();
		};
	}

	mark(room: string): Mark | undefined {
		return this.#marks.get(this.#mine(room));
	}

	setMark(room: string, mark: Mark): void {
		this.#marks = new Map(this.#marks).set(this.#mine(room), mark);
	}

	#mine = (room: string) => `${this.me?.id} ${room}`;

	setLast(room: string, last: LastMessage): void {
		if (last.n > (this.#received.get(room)?.n ?? 0)) {
			this.#received = new Map(this.#received).set(room, { ...last, at: performance.now() });
		}
	}

	/** The room's page is opened with read mark `read`: a mark put back by hand is released. */
	visit(room: string, read: number | undefined): void {
		const mark = this.mark(room);
		if (mark?.at === PENDING) this.setMark(room, { ...mark, back: false });
		// A preloaded page may be older than the mark.
		else if (read !== undefined && (!mark || mark.back || read > mark.n))
			this.setMark(room, { n: read, at: performance.now() });
	}

	/** The store was restored from a backup in which the room has `count` numbers: the mark cannot be higher. */
	restored(room: string, count: number): void {
		const mark = this.mark(room);
		// `at: 0`: the next answer replaces the mark.
		if (mark) this.setMark(room, { n: Math.min(mark.n, count), at: 0 });
		this.#received = new Map();
		void this.ask();
	}

	async ask(): Promise<void> {
		const asked = performance.now();
		const question = ++this.#questions;
		try {
			const page = this.#deps.page();
			const answer = await this.#deps.list();
			if (question < this.#answered) return;
			this.#answered = question;
			this.connection.wake();
			this.#asked = { ...answer, page };
			// Earlier live events are in the answer, or gone: a store may be restored from a backup.
			this.#received = new Map([...this.#received].filter(([, { at }]) => at >= asked));
			for (const { id, read } of answer.rooms) {
				const mark = this.mark(id);
				if (mark && mark.at < asked && read !== undefined) this.setMark(id, { ...mark, n: read });
			}
		} catch {
			// Not reached: the connection shows it, and the next question follows.
		}
	}

	current(room: RoomRow): RoomRow {
		const received = this.#received.get(room.id);
		const mark = this.mark(room.id);
		const read = mark?.n ?? room.read;
		const { quiet, mutedUntil = Infinity } = room;
		const isQuiet = quiet && mutedUntil > Date.now();
		const of = [received, read, isQuiet, !mark];
		const made = this.#made.get(room);
		if (made?.of.every((part, i) => part === of[i])) return made.row;
		const shown = { ...room, read, quiet: isQuiet };
		if (mark) delete shown.unvisited;
		if (received && received.n > (room.last?.n ?? 0)) shown.last = received;
		if (received && received.n > room.count) shown.count = received.n;
		this.#made.set(room, { of, row: shown });
		return shown;
	}
}
