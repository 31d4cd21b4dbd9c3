import { idOf, keys } from '../chat/keys.ts';
import { readLive } from '../chat/notification.ts';
import { preview } from '../chat/preview.ts';
import type { LastMessage, RoomRow } from '../chat/room.ts';
import { Connection, type Ticket } from './Connection.svelte.ts';

/** The rooms as the server knew them at `now`, by its clock. */
export interface RoomsThen {
	rooms: readonly RoomRow[];
	now: number;
}

interface Door {
	ticket: (over: AbortSignal) => Promise<Ticket | undefined>;
	/**
	 * Asks for the list. Not by having SvelteKit load the page again: that takes the place of a navigation that is on its
	 * way, and the page somebody had clicked for never came.
	 */
	list: () => Promise<RoomsThen>;
}

/** Silence is never trusted: the list is asked for so often while the page is visible. */
const ASK_EVERY = 25_000;

/** Keeps the list of rooms true: the newest message of each, and rooms that others create. */
export class RoomListFeed {
	readonly connection: Connection;
	readonly #door: Door;
	/** The newest list that was asked for. */
	#asked = $state.raw<RoomsThen>();
	/** What was heard since the page was rendered. */
	#heard = $state.raw<ReadonlyMap<string, LastMessage>>(new Map());

	constructor(door: Door) {
		this.#door = door;
		this.connection = new Connection({
			ticket: door.ticket,
			onlive: () => void this.#ask(),
			onnotification: (key, value) => void this.#hear(key, value)
		});
	}

	/** Begins to listen. @returns what ends it */
	start(): () => void {
		const stop = this.connection.start();
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') void this.#ask();
		}, ASK_EVERY);
		return () => {
			clearInterval(timer);
			stop();
		};
	}

	/** The rooms, newest activity first: what the page was rendered with, or what was asked for and heard since. */
	newest(page: RoomsThen): RoomRow[] {
		const { rooms } = this.#asked && this.#asked.now > page.now ? this.#asked : page;
		return rooms
			.map((room) => {
				const heard = this.#heard.get(room.id);
				return heard && heard.n > (room.last?.n ?? 0) ? { ...room, last: heard } : room;
			})
			.sort((a, b) => activity(b) - activity(a));
	}

	async #ask(): Promise<void> {
		try {
			this.#asked = await this.#door.list();
		} catch {
			// Not reached: the connection shows it, and the next question comes.
		}
	}

	async #hear(key: string, value: string | null): Promise<void> {
		if (key === keys.liveRooms) {
			await this.#ask();
			// The token names the rooms it hears: a new room needs a new one.
			this.connection.renew();
			return;
		}
		const live = readLive(value ?? '');
		if (live.kind === 'message') this.#heard = new Map(this.#heard).set(idOf(key), preview(live.message));
		// What a row shows may be gone, or say something else: the list knows.
		if (live.kind === 'change' && live.change.kind !== 'react') await this.#ask();
	}
}

const activity = (row: RoomRow) => row.last?.timestamp ?? row.createdAt;
