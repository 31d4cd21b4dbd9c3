import { idOf, keys } from '../chat/keys.ts';
import { readLive } from '../chat/notification.ts';
import { preview } from '../chat/preview.ts';
import type { LastMessage, RoomRow } from '../chat/room.ts';
import { Connection, type Ticket } from './Connection.svelte.ts';

interface Door {
	ticket: () => Promise<Ticket | undefined>;
	/** Has the server render the list again. */
	ask: () => Promise<void>;
}

/** Silence is never trusted: the list is asked for so often while the page is visible. */
const ASK_EVERY = 25_000;

/** Keeps the list of rooms true: the newest message of each, and rooms that others create. */
export class RoomListFeed {
	readonly connection: Connection;
	readonly #door: Door;
	/** What was heard since the page was rendered. */
	#heard = $state.raw<ReadonlyMap<string, LastMessage>>(new Map());

	constructor(door: Door) {
		this.#door = door;
		this.connection = new Connection({
			ticket: door.ticket,
			onlive: () => void door.ask(),
			onnotification: (key, value) => void this.#hear(key, value)
		});
	}

	/** Begins to listen. @returns what ends it */
	start(): () => void {
		const stop = this.connection.start();
		const timer = setInterval(() => {
			if (document.visibilityState === 'visible') void this.#door.ask();
		}, ASK_EVERY);
		return () => {
			clearInterval(timer);
			stop();
		};
	}

	/** These rooms with what was heard of them, newest activity first. */
	applied(rooms: readonly RoomRow[]): RoomRow[] {
		return rooms
			.map((room) => {
				const heard = this.#heard.get(room.id);
				return heard && heard.n > (room.last?.n ?? 0) ? { ...room, last: heard } : room;
			})
			.sort((a, b) => activity(b) - activity(a));
	}

	async #hear(key: string, value: string | null): Promise<void> {
		if (key === keys.liveRooms) {
			await this.#door.ask();
			// The token names the rooms it hears: a new room needs a new one.
			this.connection.renew();
			return;
		}
		const live = readLive(value ?? '');
		if (live.kind === 'message') this.#heard = new Map(this.#heard).set(idOf(key), preview(live.message));
	}
}

const activity = (row: RoomRow) => row.last?.timestamp ?? row.createdAt;
