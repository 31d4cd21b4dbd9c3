/**
 * How many requests a second an endpoint gets. A hosted plan has a limit that no answer names: so the pace is unbounded
 * until the endpoint refuses a request with 429, then half of what was accepted in the last second; it grows each second by
 * a tenth, and by two requests at least, and is halved at the next refusal (slow increase, multiplicative decrease, as TCP's
 * congestion avoidance, RFC 5681). Just below the refused pace it rests for a while. The first refused pace holds what the
 * endpoint had saved up; a later one is known better, and the pace is back just below it within a second (as CUBIC, RFC 9438).
 */

const SECOND_MS = 1_000;
/** Requests a second of the smallest plan: the default of HPKV's own clients. */
const SMALLEST_PLAN = 10;
/** Requests a second. */
const LOWEST_PACE = SMALLEST_PLAN / 2;
/** Growth in a second: a share of the pace, and requests a second. */
const GROWTH = { share: 0.1, least: 2 };

/** Just below the pace that was refused the growth rests so long: a plan seldom changes, and each refusal costs a pause. */
const REST = { below: 0.95, ms: 30_000 };

/** Growth by one accepted request, as a share of what lacks to the rest below a limit that was refused twice. */
const RECOVERY = 0.5;

/** An endpoint with a limit refuses a request within about this time of growing. */
const LIMIT_SHOWN_MS = 40_000;

export class Pace {
	/** Requests a second; undefined while no request was refused. */
	#perSecond: number | undefined;
	/** The next request may leave at this time, in milliseconds of the caller's clock. */
	#nextAt = -Infinity;
	#loweredAt = -Infinity;
	/** The pace that was last refused. */
	#refused = Infinity;
	/** Whether the pace was refused while it was bounded: then the refused pace holds nothing that was saved up. */
	#isKnown = false;
	/** The times of the requests accepted in the last second. */
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
		this.#accepted = [...this.#acceptedLately(now), now];
		if (this.#perSecond !== undefined && isHeldBack) this.#perSecond += this.#growth(now, this.#perSecond);
	}

	#acceptedLately = (now: number) => this.#accepted.filter((at) => at > now - SECOND_MS);

	/** For one accepted request. A limit that has not shown itself for long may be gone: then the pace doubles each second. */
	#growth(now: number, perSecond: number): number {
		const lacking = REST.below * this.#refused - perSecond;
		if (lacking <= 0 && now - this.#loweredAt < REST.ms) return 0;
		if (this.#isKnown && lacking > 0) return Math.min(lacking, Math.max(RECOVERY * lacking, GROWTH.least / perSecond));
		return now - this.#loweredAt > LIMIT_SHOWN_MS ? 1 : Math.max(GROWTH.share, GROWTH.least / perSecond);
	}

	/**
	 * Requests that had left before the pace was lowered say nothing about the lowered pace, and do not lower it again.
	 * @param retryAfterMs what the endpoint asked for
	 */
	noteRefused(now: number, sentAt: number, retryAfterMs = 0): void {
		if (sentAt > this.#loweredAt) {
			this.#refused = this.#refusedPace(this.#acceptedLately(now).length);
			this.#isKnown = this.#perSecond !== undefined;
			this.#perSecond = Math.max(LOWEST_PACE, this.#refused / 2);
			this.#loweredAt = now;
		}
		const pause = Math.max(retryAfterMs, SECOND_MS / (this.#perSecond ?? LOWEST_PACE));
		this.#nextAt = Math.max(this.#nextAt, now + pause);
	}

	/** A pace that has overshot the limit is taken for what was accepted, if the requests were as many as the pace allows. */
	#refusedPace(accepted: number): number {
		if (this.#perSecond === undefined) return Math.max(SMALLEST_PLAN, accepted);
		return accepted > this.#perSecond / 2
			? Math.min(this.#perSecond, Math.max(LOWEST_PACE, accepted))
			: this.#perSecond;
	}
}
