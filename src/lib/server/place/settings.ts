/** The settings of the place as they apply: what is stored, under what JOINING and READING pin. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { CLOSED, PlaceRecord, type Place } from '../../chat/place/place.ts';
import { keys } from '../../chat/storage/keys.ts';
import { SETTINGS_KEPT_MS } from '../../chat/limits.ts';
import { HEARS_NOTHING, type Hearing } from '../storage/hearing.ts';
import { parsed } from '../storage/parse-json.ts';

export type Pins = Partial<Pick<Place, 'joining' | 'reading'>>;

export class PlaceSettings {
	readonly #store: Hpkv;
	readonly #pins: Pins;
	readonly #clock: () => number;
	readonly #hearing: Hearing;
	#kept: { place: Promise<Place>; at: number } | undefined;

	/** @param clock monotonic, in milliseconds */
	constructor(store: Hpkv, pins: Pins, clock: () => number, hearing: Hearing = HEARS_NOTHING) {
		this.#hearing = hearing;
		this.#store = store;
		this.#pins = pins;
		this.#clock = clock;
		store.onWritten((key) => {
			if (key === keys.settings) this.#kept = undefined;
		});
		store.onMissed(() => (this.#kept = undefined));
	}

	/** Which settings the environment pins: a form cannot change them. */
	get pins(): Pins {
		return this.#pins;
	}

	/**
	 * For reads. Kept for SETTINGS_KEPT_MS, or for longer where the node hears that settings are written; without end
	 * where all writes are heard.
	 */
	now(): Promise<Place> {
		if (this.#kept && this.#clock() - this.#kept.at < this.#keptMs(this.#kept.at)) return this.#kept.place;
		const place = this.fresh();
		const kept = { place, at: this.#clock() };
		this.#kept = kept;
		place.catch(() => {
			if (this.#kept === kept) this.#kept = undefined;
		});
		return place;
	}

	#keptMs(at: number): number {
		if (this.#store.hearsAllWrites) return Infinity;
		return Math.max(SETTINGS_KEPT_MS, at >= this.#hearing.since() ? this.#hearing.keptMs() : 0);
	}

	/** For joining and creating rooms: as stored, or as kept where the node heard all earlier writes. A lost notification delays a change. */
	async heard(): Promise<Place> {
		if (this.#store.hearsAllWrites || this.#hearing.keptMs() === 0) return this.fresh();
		if (!(await this.#hearing.caughtUp())) return this.fresh();
		if (this.#kept && this.#kept.at < this.#hearing.since()) this.#kept = undefined;
		return this.now();
	}

	/** For other decisions that write. */
	async fresh(): Promise<Place> {
		const stored = parsed(PlaceRecord, await this.#store.get(keys.settings)) ?? {};
		return { ...CLOSED, ...defined(stored), ...this.#pins };
	}

	async change(change: PlaceRecord): Promise<void> {
		await this.#store.patch(keys.settings, JSON.stringify(change));
		this.#kept = undefined;
	}
}

const defined = <T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
	Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as never;
