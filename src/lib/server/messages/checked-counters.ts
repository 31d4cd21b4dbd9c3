/**
 * Which counters of rooms are not behind their records, as this process has seen lately: then a number that the counter gives out is
 * free, and need not be looked up. After a restore a counter can be behind: then it gives a number that is not above all that this
 * process was given, has found, or has heard that others were given. Where others are not heard, nothing is known.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { COUNTER_CHECKED_MS } from '../../chat/limits.ts';
import { keys, readRowKey } from '../../chat/storage/keys.ts';
import type { Hearing } from '../storage/hearing.ts';

interface Checked {
	/** The highest number that is known to be given out. Nothing was stored above it at `at`. */
	highest: number;
	at: number;
}

export class CheckedCounters {
	readonly #clock: () => number;
	readonly #hearing: Hearing;
	/** The earliest check first. */
	readonly #rooms = new Map<string, Checked>();

	/** @param clock monotonic, in milliseconds, as that of `hearing` */
	constructor(clock: () => number, hearing: Hearing) {
		this.#clock = clock;
		this.#hearing = hearing;
	}

	/** For `onWritten` of the store: this process or another was given a number. */
	heard(key: string, value: string): void {
		const row = readRowKey(key);
		if (row?.part === 'count') this.#note(row.room, Number(value));
	}

	/** Above this number, the next one that the counter gives out is free; undefined where that is not known. Asked before the increment. */
	highest(room: string): number | undefined {
		const now = this.#clock();
		for (const [id, { at }] of this.#rooms) {
			if (now - at < COUNTER_CHECKED_MS) break;
			this.#rooms.delete(id);
		}
		const checked = this.#rooms.get(room);
		if (this.#hearing.keptMs() === 0 || !checked || checked.at < this.#hearing.since()) return undefined;
		return checked.highest;
	}

	/** What is stored at the number that was just given out. @param highest what {@link highest} said before the increment */
	async recordAt(store: Hpkv, room: string, n: number, highest: number | undefined): Promise<string | undefined> {
		if (highest !== undefined && n > highest) {
			this.#note(room, n);
			return undefined;
		}
		const { start, end } = keys.messagesFrom(room, n);
		const at = this.#clock();
		const [first] = (await store.range(start, end, 1)).records;
		// Records above belong to numbers that others were given since, or the counter is behind.
		this.#rooms.delete(room);
		if (!first) this.#rooms.set(room, { highest: n, at });
		return first?.key === start ? first.value : undefined;
	}

	#note(room: string, n: number): void {
		const checked = this.#rooms.get(room);
		if (checked && n > checked.highest) checked.highest = n;
	}
}
