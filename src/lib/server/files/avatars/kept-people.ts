/** Everybody, for the sheet of avatars: read with each page where that is free, else behind a page and once in a while. */
import { AVATARS_KEPT_MS } from '../../../chat/limits.ts';
import type { PersonWithAvatar } from './avatar-rules.ts';

export interface KeptPeopleOptions {
	/** Everybody. The same array as long as nobody changes. */
	people: () => Promise<readonly PersonWithAvatar[]>;
	/** Whether that costs no operation. */
	isFree: () => boolean;
	/** Whether there may be avatars. */
	isOn: boolean;
	/** Monotonic, in milliseconds. */
	clock: () => number;
	failed: (error: unknown) => void;
}

export class KeptPeople {
	readonly #options: KeptPeopleOptions;
	#people: readonly PersonWithAvatar[] = [];
	#readAt = -Infinity;
	#reading: Promise<void> | undefined;

	constructor(options: KeptPeopleOptions) {
		this.#options = options;
	}

	async now(): Promise<readonly PersonWithAvatar[]> {
		const { people, isFree, isOn, clock, failed } = this.#options;
		if (isFree()) return people();
		if (isOn && !this.#reading && clock() - this.#readAt >= AVATARS_KEPT_MS)
			this.#reading = people()
				.then((read) => {
					this.#people = read;
				})
				.catch(failed)
				.finally(() => {
					this.#readAt = clock();
					this.#reading = undefined;
				});
		return this.#people;
	}
}
