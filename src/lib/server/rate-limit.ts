/** Token buckets: each key may do `burst` things at once, then `rate` a second. */
export class RateLimit {
	readonly #burst: number;
	readonly #rate: number;
	readonly #most: number;
	readonly #buckets = new Map<string, { tokens: number; at: number }>();

	/** @param most how many keys are remembered; beyond it the longest untouched is forgotten, and starts full again */
	constructor(burst: number, rate: number, most = 10_000) {
		this.#burst = burst;
		this.#rate = rate;
		this.#most = most;
	}

	/**
	 * Takes one token of `key`'s bucket.
	 * @param now milliseconds on a clock that never steps back
	 * @returns 0 when there was one, else the seconds until there is
	 */
	take(key: string, now: number): number {
		const held = this.#buckets.get(key);
		const tokens = held ? Math.min(this.#burst, held.tokens + ((now - held.at) / 1000) * this.#rate) : this.#burst;
		const allowed = tokens >= 1;
		// Deleted first, so that the map's order is the order of the last touch.
		this.#buckets.delete(key);
		this.#buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: now });
		if (this.#buckets.size > this.#most) {
			for (const oldest of this.#buckets.keys()) {
				this.#buckets.delete(oldest);
				break;
			}
		}
		return allowed ? 0 : Math.ceil((1 - tokens) / this.#rate);
	}
}
