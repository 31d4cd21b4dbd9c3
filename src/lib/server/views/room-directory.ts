/**
 * All rooms, as this server knows them. Every page of a room shows some of them, so they are not read for each: an answer
 * serves everybody for a second. What this process writes itself, or anybody to an embedded store, is in it at once: whoever
 * sends, creates or renames finds it on the page that comes next. What other nodes write to a hosted store, a page may show
 * a second late. Its script, which keeps the list true, asks once more when it is subscribed, and that answer was looked for
 * after it was asked: whatever was announced before the subscription is in it.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { LastMessage } from '../../chat/rooms/room.ts';
import { coalesce } from '../runtime/coalesce.ts';
import { parsed } from '../storage/parse-json.ts';
import { listRooms, newestFirst, type ListedRoom } from './list-rooms.ts';

/** In milliseconds. */
const RECENT = 1_000;

/** What is known to be written of a room, and when it was stored. */
interface Written {
	count?: number;
	last?: LastMessage;
	at: number;
}

export class RoomDirectory {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #alone: boolean;
	readonly #failed: (error: unknown) => void;
	/** As they were read, and when that began. */
	#read: readonly ListedRoom[] = [];
	#readAt = -Infinity;
	/** With what was written since; made when it is asked for. */
	#rows: readonly ListedRoom[] | undefined;
	readonly #written = new Map<string, Written>();
	/** When something was written that only the store can merge. */
	#changedAt = -Infinity;

	/**
	 * @param clock monotonic, in milliseconds
	 * @param alone it is told of all that anybody writes: what it knows is all there is
	 * @param failed told when a preview that was behind could not be stored
	 */
	constructor(store: Hpkv, clock: () => number, alone: boolean, failed: (error: unknown) => void = () => undefined) {
		this.#store = store;
		this.#clock = clock;
		this.#alone = alone;
		this.#failed = failed;
	}

	/** The rooms, newest activity first: as they were a second ago at most, and with all that this process wrote. */
	async recent(): Promise<readonly ListedRoom[]> {
		if (this.#readAt < this.#clock() - RECENT || this.#readAt <= this.#changedAt) await this.#look();
		return this.#known();
	}

	/** As they are now: looked for after it was asked. */
	async now(): Promise<readonly ListedRoom[]> {
		if (this.#alone) return this.recent();
		await this.#look();
		return this.#known();
	}

	/** This was written. */
	wrote(key: string, value: string): void {
		const at = this.#clock();
		if (key.startsWith(keys.messageCounts.start)) this.#note(idOf(key), { count: Number(value), at });
		else if (key.startsWith(keys.lasts.start)) this.#note(idOf(key), { last: parsed(LastMessage, value), at });
		else if (key.startsWith(keys.rooms.start) || key.startsWith(keys.roomStates.start)) this.#changedAt = at;
	}

	#note(room: string, written: Written): void {
		this.#written.set(room, { ...this.#written.get(room), ...written });
		this.#rows = undefined;
	}

	/** Those who ask at once share a look. */
	readonly #look = coalesce(async () => {
		const began = this.#clock();
		this.#read = await listRooms(this.#store, this.#failed);
		this.#readAt = began;
		this.#rows = undefined;
		// What was stored before that began is in it.
		for (const [room, { at }] of this.#written) if (at < began) this.#written.delete(room);
	});

	#known(): readonly ListedRoom[] {
		return (this.#rows ??= this.#read.map((row) => withWritten(row, this.#written.get(row.id))).sort(newestFirst));
	}
}

/** Counters only grow, and a preview is of the newest message: whichever is further on is right, whoever wrote it. */
function withWritten(row: ListedRoom, written: Written | undefined): ListedRoom {
	if (!written) return row;
	const { count = 0, last } = written;
	return {
		...row,
		count: Math.max(row.count, count),
		last: last && last.n >= (row.last?.n ?? 0) ? last : row.last
	};
}
