/** Token buckets by key: `burst` tokens at once, then `rate` a second. */
export class RateLimit {
	readonly #whole: { burst: number; rate: number };
	#burst: number;
	#rate: number;
	readonly #most: number;
	readonly #buckets = new Map<string, { tokens: number; at: number }>();

	/** @param most keys that are kept; beyond it the least recently used is forgotten, and starts full again */
	constructor(burst: number, rate: number, most = 10_000) {
		this.#whole = { burst, rate };
		this.#burst = burst;
		this.#rate = rate;
		this.#most = most;
	}

	share(nodes: number): void {
		this.#burst = Math.max(1, this.#whole.burst / nodes);
		this.#rate = this.#whole.rate / nodes;
	}

	/** @param now milliseconds on a monotonic clock. @returns 0, or the seconds until a token is available */
	take(key: string, now: number): number {
		const tokens = this.#tokens(key, now);
		const seconds = this.#wait(tokens);
		this.#keep(key, seconds > 0 ? tokens : tokens - 1, now);
		return seconds;
	}

	wait(key: string, now: number): number {
		return this.#wait(this.#tokens(key, now));
	}

	giveBack(key: string, now: number): void {
		this.#keep(key, Math.min(this.#burst, this.#tokens(key, now) + 1), now);
	}

	#wait = (tokens: number) => (tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.#rate));

	#tokens(key: string, now: number): number {
		const held = this.#buckets.get(key);
		return held ? Math.min(this.#burst, held.tokens + ((now - held.at) / 1_000) * this.#rate) : this.#burst;
	}

	#keep(key: string, tokens: number, at: number): void {
		// Deleted first, so that the map is ordered by last use.
		this.#buckets.delete(key);
		this.#buckets.set(key, { tokens, at });
		if (this.#buckets.size <= this.#most) return;
		for (const oldest of this.#buckets.keys()) {
			this.#buckets.delete(oldest);
			break;
		}
	}
}
