/**
 * The private rooms and direct messages of a person. They cost two ranges, and what is the person's: rooms of others are
 * never read. A private room's row is kept in memory, with the writes of other processes where the node hears them; elsewhere
 * its counts are up to UNLISTED_KEPT_MS old on a page that is rendered.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_UNLISTED_ROWS, UNLISTED_KEPT_MS } from '../../chat/limits.ts';
import { isUnlistedId, unlistedAddress } from '../../chat/rooms/kind.ts';
import { LastMessage } from '../../chat/rooms/room.ts';
import { readRowKey } from '../../chat/storage/keys.ts';
import { readDirectRows, type DirectRow } from '../direct/direct-rows.ts';
import { directTitle, othersIn, type NamesOf } from '../direct/direct-title.ts';
import { heldIn, membershipsOf } from '../rooms/memberships.ts';
import { HEARS_NOTHING, type Hearing } from '../storage/hearing.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRow, type ListedRoom } from './list-rooms.ts';

interface Reading {
	room: string;
	/** When it began. */
	at: number;
	/** Among all readings, the order in which they began. */
	nth: number;
	/** What was written since it began may be missing in what is read. */
	isOld: boolean;
}

interface Kept {
	row: ListedRoom;
	by: Pick<Reading, 'at' | 'nth'>;
}

export interface Own {
	/** By room, as stored. */
	memberships: ReadonlyMap<string, string>;
	/** Private rooms that the person is a member of, and direct messages. */
	rows: ListedRoom[];
}

export class OwnRooms {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #namesOf: NamesOf;
	readonly #heard: { recent: Hpkv; rows: Hearing };
	readonly #kept = new Map<string, Kept>();
	readonly #reading = new Set<Reading>();
	#readings = 0;

	/**
	 * @param clock monotonic, in milliseconds
	 * @param heard the same store, whose answers may be remembered ones, and how the node hears the rows of rooms
	 */
	constructor(
		store: Hpkv,
		clock: () => number,
		namesOf: NamesOf,
		heard: { recent: Hpkv; rows: Hearing } = { recent: store, rows: HEARS_NOTHING }
	) {
		this.#store = store;
		this.#heard = heard;
		this.#clock = clock;
		this.#namesOf = namesOf;
		store.onWritten((key, value) => this.#onWritten(key, value));
		store.onMissed(() => {
			this.#kept.clear();
			for (const reading of this.#reading) reading.isOld = true;
		});
	}

	/**
	 * @param isFresh whether the rows must hold all that was announced before the call
	 * @param decides whether the answer gives a right: then no remembered membership counts
	 */
	async of(person: string, isFresh: boolean, decides = false): Promise<Own> {
		if (isFresh && this.#store.hearsAllWrites) await this.#store.caughtUp();
		const [memberships, direct] = await Promise.all([
			membershipsOf(isFresh || decides ? this.#store : this.#heard.recent, person),
			readDirectRows(isFresh ? this.#store : this.#heard.recent, person)
		]);
		// Rooms that were created open are in the directory.
		const ids = [...memberships.keys()].filter((id) => isUnlistedId(id) && !direct.has(id));
		const rows = await Promise.all(ids.map((id) => this.#row(id, isFresh)));
		const mine = rows.filter((row) => {
			const isPrivate = row?.kind === 'private';
			return isPrivate && heldIn(memberships.get(row.id), row);
		});
		const conversations = await Promise.all([...direct].map(([id, row]) => this.#direct(id, row, person, isFresh)));
		return { memberships, rows: [...mine, ...conversations].filter((row) => row !== undefined) };
	}

	async #direct(id: string, row: DirectRow, person: string, isFresh: boolean): Promise<ListedRoom | undefined> {
		// Set before the first message: whoever sent it may have died before the row was set again.
		const last = row.last ?? (await this.#row(id, isFresh))?.last;
		if (!last) return undefined;
		const others = othersIn(row.people, person);
		const [one = person] = others;
		return {
			...{ id, slug: unlistedAddress(id), name: await directTitle(row.people, person, this.#namesOf), kind: 'direct' },
			...(others.length > 1 ? { others: others.length } : { person: one }),
			...{ createdBy: '', createdAt: last.timestamp, last, count: last.n }
		};
	}

	async #row(id: string, isFresh: boolean): Promise<ListedRoom | undefined> {
		const kept = this.#kept.get(id);
		if (kept && (this.#store.hearsAllWrites || (!isFresh && this.#clock() - kept.by.at < this.#keptMs(kept)))) {
			return kept.row;
		}
		const reading: Reading = { room: id, at: this.#clock(), nth: this.#readings++, isOld: false };
		this.#reading.add(reading);
		const row = await readRow(this.#store, id).finally(() => this.#reading.delete(reading));
		if (row && !reading.isOld) this.#keep(id, { row, by: reading });
		return row;
	}

	#keptMs({ by: { at } }: Kept): number {
		const { rows } = this.#heard;
		return Math.max(UNLISTED_KEPT_MS, at >= rows.since() ? rows.keptMs() : 0);
	}

	/** Of two readings at once, the one that began later is kept. */
	#keep(id: string, kept: Kept): void {
		if ((this.#kept.get(id)?.by.nth ?? -1) > kept.by.nth) return;
		this.#kept.delete(id);
		this.#kept.set(id, kept);
		for (const oldest of this.#kept.keys()) {
			if (this.#kept.size <= MAX_UNLISTED_ROWS) break;
			this.#kept.delete(oldest);
		}
	}

	#onWritten(key: string, value: string): void {
		const written = readRowKey(key);
		if (!written) return;
		const { room, part } = written;
		for (const reading of this.#reading) if (reading.room === room) reading.isOld = true;
		const kept = this.#kept.get(room);
		if (!kept) return;
		const { row } = kept;
		const last = part === 'last' ? parsed(LastMessage, value) : undefined;
		if (part === 'count') kept.row = { ...row, count: Math.max(row.count, Number(value)) };
		else if (last) kept.row = { ...row, last: last.n >= (row.last?.n ?? 0) ? last : row.last };
		else this.#kept.delete(room);
	}
}
