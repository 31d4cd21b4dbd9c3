/**
 * Read marks of the people who asked last, in memory: a range of a thousand marks costs more than the rest of a list. Only where
 * the store reports the writes of all nodes; elsewhere it remembers ranges itself.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { KEPT_MARKS_MS, MAX_KEPT_MARKS } from '../../chat/limits.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { parseReadMark } from '../../chat/reading/parse-read-mark.ts';
import type { ReadMark } from '../../chat/reading/unread.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { readMarks } from '../rooms/read-marks.ts';

interface Kept {
	marks: Map<string, number>;
	/** When the reading began. */
	at: number;
}

export class KeptMarks {
	readonly #store: Hpkv;
	readonly #recent: Hpkv;
	readonly #clock: () => number;
	/** By person; the one who was read last is the last. */
	readonly #kept = new Map<string, Kept>();
	/** Readings under way, by person. `isOld`: something was written meanwhile, which may be missing. */
	readonly #reading = new Map<string, { isOld: boolean }>();
	#marks = 0;

	/** @param clock monotonic, in milliseconds. @param recent the same store, whose answers may be remembered ones */
	constructor(store: Hpkv, clock: () => number, recent = store) {
		this.#store = store;
		this.#recent = recent;
		this.#clock = clock;
		store.onWritten((key, value) => this.#onWritten(key, value));
		store.onMissed(() => {
			this.#kept.clear();
			this.#marks = 0;
			for (const reading of this.#reading.values()) reading.isOld = true;
		});
	}

	/** By room. */
	async of(person: string): Promise<ReadonlyMap<string, number>> {
		if (!this.#store.hearsAllWrites) return readMarks(this.#recent, person);
		const at = this.#clock();
		const kept = this.#kept.get(person);
		// Of two nodes on one database, one may tell of a mark before the other can read it.
		if (kept && at - kept.at < KEPT_MARKS_MS) return kept.marks;
		const reading = { isOld: false };
		this.#reading.set(person, reading);
		const marks = await readMarks(this.#store, person);
		if (this.#reading.get(person) === reading) {
			this.#reading.delete(person);
			if (!reading.isOld) this.#keep(person, { marks, at });
		}
		return marks;
	}

	#keep(person: string, kept: Kept): void {
		this.#drop(person);
		this.#kept.set(person, kept);
		this.#marks += kept.marks.size;
		for (const oldest of this.#kept.keys()) {
			if (this.#marks <= MAX_KEPT_MARKS) break;
			this.#drop(oldest);
		}
	}

	#drop(person: string): void {
		this.#marks -= this.#kept.get(person)?.marks.size ?? 0;
		this.#kept.delete(person);
	}

	#onWritten(key: string, value: string): void {
		const person = idOf(key);
		if (key === keys.liveReads(person)) {
			const reading = this.#reading.get(person);
			if (reading) reading.isOld = true;
			const marks = this.#kept.get(person)?.marks;
			if (!marks) return;
			const mark = markIn(value);
			if (!mark) return this.#drop(person);
			if (!marks.has(mark.room)) this.#marks++;
			marks.set(mark.room, mark.n);
		} else if (key === keys.liveList(person) && value === WAKE) {
			// A person who is added to a room again has no mark there.
			const reading = this.#reading.get(person);
			if (reading) reading.isOld = true;
			this.#drop(person);
		}
	}
}

/** Undefined if another release has written the value. */
function markIn(value: string): ReadMark | undefined {
	try {
		return parseReadMark(JSON.parse(value));
	} catch {
		return undefined;
	}
}
