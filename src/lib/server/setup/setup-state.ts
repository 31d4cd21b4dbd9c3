import type { Hpkv } from '../../../hpkv/port.ts';
import { readOrigin } from '../place/origin.ts';
import type { PlaceSettings } from '../place/settings.ts';
import { finishSetup } from './setup.ts';

/** Whether the place waits for its set-up. Asked until there is an owner, and then never again. */
export class SetupState {
	readonly #store: Hpkv;
	readonly #settings: PlaceSettings;
	#isDone = false;

	constructor(store: Hpkv, settings: PlaceSettings) {
		this.#store = store;
		this.#settings = settings;
	}

	/** A place that anybody may join, or that had people before there were owners, can be used without an owner. */
	async isNeeded(): Promise<boolean> {
		if (this.#isDone || (await this.#settings.now()).joining === 'open') return false;
		this.#isDone = (await readOrigin(this.#store)) === 'older' || (await finishSetup(this.#store));
		return !this.#isDone;
	}
}
