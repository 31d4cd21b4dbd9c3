/** How many operations a second one caller may ask for: a bucket of one second's worth that fills steadily. */
export class Rate {
	readonly #perSecond: number;
	#left: number;
	#at: number;

	/** `perSecond` 0: as many as it likes. */
	constructor(perSecond: number, now = performance.now()) {
		this.#perSecond = perSecond;
		this.#left = perSecond;
		this.#at = now;
	}

	/** Takes one; false where none is left. `now` in milliseconds, of a clock that never goes back. */
	take(now = performance.now()): boolean {
		if (this.#perSecond === 0) return true;
		this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
		this.#at = now;
		if (this.#left < 1) return false;
		this.#left -= 1;
		return true;
	}
}
