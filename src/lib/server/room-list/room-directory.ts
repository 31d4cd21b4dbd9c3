/**
 * All rooms, cached for one second, or for longer where the node hears the writes of others: a reading of a thousand rooms
 * costs as much as a page. Writes that the store reports are applied at once; those of other processes, where it reports only
 * this one's, may show a second late. A subscribed page calls `now`, which reads after the call, or waits for the reports, and
 * so holds everything announced before the subscription.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { readRowKey } from '../../chat/storage/keys.ts';
import { isUnlistedId } from '../../chat/rooms/kind.ts';
import type { RoomOrder } from '../../chat/rooms/room-order.ts';
import { LastMessage } from '../../chat/rooms/room.ts';
import { coalesce } from '../runtime/coalesce.ts';
import { HEARS_NOTHING, type Hearing } from '../storage/hearing.ts';
import { parsed } from '../storage/parse-json.ts';
import { listRooms, newestFirst, REBUILT_AT_ONCE, type ListedRoom } from './list-rooms.ts';

const RECENT_MS = 1_000;
/** Where all writes are heard. */
const KEPT_IF_HEARD_MS = 60_000;
/**
 * A node may hear of another node's write before it can read the write: in this time after a change, rows are read again each
 * second.
 */
const UNSETTLED_MS = 5_000;

/** A write that the read rows may lack. */
interface LaterWrite {
	count?: number;
	last?: LastMessage;
	at: number;
}

export class RoomDirectory {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #failed: (error: unknown) => void;
	readonly #hearing: Hearing;
	/** Rows as last read from the store, by name; `#readAt` is when that read began. */
	#read: readonly ListedRoom[] = [];
	#readAt = -Infinity;
	/** The rows with later writes applied, in each order; undefined until requested. */
	#rows: Partial<Record<RoomOrder, readonly ListedRoom[]>> = {};
	/** Rooms that were created private and are open now. */
	#opened: ReadonlySet<string> = new Set();
	readonly #laterWrites = new Map<string, LaterWrite>();
	/** A preview may be missing that the next reading finds. */
	#isBehind = false;
	/** The newest number of each room whose preview is older. One that is void or was never stored has none: it is looked for twice. */
	#withoutPreview: ReadonlyMap<string, number> = new Map();
	/** When a room or its state was last written, which only a new read can merge. */
	#changedAt = -Infinity;

	/** @param clock monotonic, in milliseconds. @param failed called when a preview could not be stored */
	constructor(
		store: Hpkv,
		clock: () => number,
		failed: (error: unknown) => void = () => undefined,
		hearing: Hearing = HEARS_NOTHING
	) {
		this.#hearing = hearing;
		this.#store = store;
		this.#clock = clock;
		this.#failed = failed;
		store.onWritten((key, value) => this.#onWritten(key, value));
		store.onMissed(() => (this.#changedAt = this.#clock()));
	}

	/**
	 * The rooms, newest activity first or by name, with all writes of this process: at most a second old, or with the writes
	 * of others that the node hears.
	 */
	async recent(order: RoomOrder = 'activity'): Promise<readonly ListedRoom[]> {
		if (this.#readAt < this.#clock() - this.#keptMs() || this.#readAt <= this.#changedAt) await this.#look();
		return this.#known(order);
	}

	#keptMs(): number {
		if (this.#store.hearsAllWrites)
			return this.#isBehind || this.#readAt - this.#changedAt < UNSETTLED_MS ? RECENT_MS : KEPT_IF_HEARD_MS;
		return Math.max(RECENT_MS, this.#readAt >= this.#hearing.since() ? this.#hearing.keptMs() : 0);
	}

	async now(order: RoomOrder = 'activity'): Promise<readonly ListedRoom[]> {
		if (this.#store.hearsAllWrites) {
			await this.#store.caughtUp();
			return this.recent(order);
		}
		if (await this.#hearing.caughtUp()) return this.recent(order);
		await this.#look();
		return this.#known(order);
	}

	#onWritten(key: string, value: string): void {
		const at = this.#clock();
		const row = readRowKey(key);
		if (!row) return;
		const { room, part } = row;
		// Private rooms and direct messages are not here, and must not cost those who have none.
		if (isUnlistedId(room) && part !== 'opened' && !this.#opened.has(room)) return;
		if (part === 'count') this.#note(room, { count: Number(value), at });
		else if (part === 'last') this.#note(room, { last: parsed(LastMessage, value), at });
		else this.#changedAt = at;
	}

	#note(room: string, write: LaterWrite): void {
		const { count = 0, last } = this.#laterWrites.get(room) ?? {};
		const isOlder = last && write.last && write.last.n < last.n;
		// Of two nodes, the own write may be heard before an earlier one of the other.
		const newest = { count: Math.max(count, write.count ?? 0), last: isOlder ? last : (write.last ?? last) };
		this.#laterWrites.set(room, { at: write.at, ...newest });
		this.#rows = {};
	}

	readonly #look = coalesce(async () => {
		const began = this.#clock();
		this.#read = await listRooms(this.#store, this.#failed);
		this.#readAt = began;
		const behind = this.#read.filter(({ count, last }) => count > (last?.n ?? 0));
		this.#isBehind =
			behind.length > REBUILT_AT_ONCE || behind.some(({ id, count }) => this.#withoutPreview.get(id) !== count);
		this.#withoutPreview = new Map(behind.map(({ id, count }) => [id, count]));
		this.#opened = new Set(this.#read.map(({ id }) => id).filter(isUnlistedId));
		this.#rows = {};
		// Writes before the read began are in its result.
		for (const [room, { at }] of this.#laterWrites) if (at < began) this.#laterWrites.delete(room);
	});

	/** A message changes no name: only the order by activity is sorted again. */
	#known(order: RoomOrder): readonly ListedRoom[] {
		const named = (this.#rows.name ??= this.#read.map((row) => withLaterWrite(row, this.#laterWrites.get(row.id))));
		return order === 'name' ? named : (this.#rows.activity ??= [...named].sort(newestFirst));
	}
}

/** Counters only grow, and previews only move to newer messages: the higher number is right. */
function withLaterWrite(row: ListedRoom, later: LaterWrite | undefined): ListedRoom {
	if (!later) return row;
	const { count = 0, last } = later;
	return {
		...row,
		count: Math.max(row.count, count),
		last: last && last.n >= (row.last?.n ?? 0) ? last : row.last
	};
}
