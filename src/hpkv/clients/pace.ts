/**
 * How many requests a second an endpoint gets. A hosted plan has a limit that no answer names: so the pace is unbounded
 * until the endpoint refuses a request with 429, then half of what was accepted in the last second; it grows each second by
 * a tenth, and by two requests at least, and is halved at the next refusal (slow increase, multiplicative decrease, as TCP's
 * congestion avoidance, RFC 5681).
 */

const SECOND_MS = 1_000;
/** Requests a second. */
const LOWEST_PACE = 2;
/** Requests a second of the smallest plan: the default of HPKV's own clients. */
const SMALLEST_PLAN = 10;
/** Growth in a second: a share of the pace, and requests a second. */
const GROWTH = { share: 0.1, least: 2 };

export class Pace {
	/** Requests a second; undefined while no request was refused. */
	#perSecond: number | undefined;
	/** The next request may leave at this time, in milliseconds of the caller's clock. */
	#nextAt = -Infinity;
	#loweredAt = -Infinity;
	/** The times of the requests accepted in the last second, while the pace is unbounded. */
	#accepted: number[] = [];

	get perSecond(): number | undefined {
		return this.#perSecond;
	}

	/** Milliseconds until the next request may leave. */
	delay(now: number): number {
		return Math.max(0, this.#nextAt - now);
	}

	noteSent(now: number): void {
		if (this.#perSecond !== undefined) this.#nextAt = Math.max(now, this.#nextAt) + SECOND_MS / this.#perSecond;
	}

	noteAccepted(now: number): void {
		if (this.#perSecond !== undefined) this.#perSecond += Math.max(GROWTH.share, GROWTH.least / this.#perSecond);
		else this.#accepted = [...this.#accepted.filter((at) => at > now - SECOND_MS), now];
	}

	/**
	 * Requests that had left before the pace was lowered say nothing about the lowered pace, and do not lower it again.
	 * @param retryAfterMs what the endpoint asked for
	 */
	noteRefused(now: number, sentAt: number, retryAfterMs = 0): void {
		if (sentAt > this.#loweredAt) {
			const accepted = this.#accepted.filter((at) => at > now - SECOND_MS).length;
			this.#perSecond = Math.max(LOWEST_PACE, (this.#perSecond ?? Math.max(SMALLEST_PLAN, accepted)) / 2);
			this.#loweredAt = now;
			this.#accepted = [];
		}
		const pause = Math.max(retryAfterMs, SECOND_MS / (this.#perSecond ?? LOWEST_PACE));
		this.#nextAt = Math.max(this.#nextAt, now + pause);
	}
}
