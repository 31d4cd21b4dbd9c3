/**
 * How many requests a second an endpoint gets. A hosted plan has a limit that no answer names: so the pace is unbounded
 * until the endpoint refuses a request with 429, then half of what was accepted in the last second; it grows each second by
 * a tenth, and by two requests at least, and is halved at the next refusal (slow increase, multiplicative decrease, as TCP's
 * congestion avoidance, RFC 5681).
 */

const SECOND_MS = 1_000;
/** Requests a second of the smallest plan: the default of HPKV's own clients. */
const SMALLEST_PLAN = 10;
/** Requests a second. */
const LOWEST_PACE = SMALLEST_PLAN / 2;
/** Growth in a second: a share of the pace, and requests a second. */
const GROWTH = { share: 0.1, least: 2 };

/** An endpoint with a limit refuses a request within about this time of growing. */
const LIMIT_SHOWN_MS = 5_000;

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

	/** @returns whether the pace held the request back: only then does its acceptance say that the pace is too low */
	noteSent(now: number): boolean {
		if (this.#perSecond === undefined) return false;
		const interval = SECOND_MS / this.#perSecond;
		const isHeldBack = now - this.#nextAt < interval;
		this.#nextAt = Math.max(now, this.#nextAt) + interval;
		return isHeldBack;
	}

	noteAccepted(now: number, isHeldBack: boolean): void {
		if (this.#perSecond !== undefined) {
			if (isHeldBack) this.#perSecond += this.#growth(now, this.#perSecond);
		} else this.#accepted = [...this.#accepted.filter((at) => at > now - SECOND_MS), now];
	}

	/** For one accepted request. A limit that has not shown itself for long may be gone: then the pace doubles each second. */
	#growth(now: number, perSecond: number): number {
		return now - this.#loweredAt > LIMIT_SHOWN_MS ? 1 : Math.max(GROWTH.share, GROWTH.least / perSecond);
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
