/**
 * One queue for all requests to one endpoint. A request leaves when {@link Pace} allows: sends first, then reads, then work
 * that nobody waits for; of equal ones first those of requests that have begun, then those of the person who was served the
 * longest time ago. A request that the endpoint refused with 429 has not happened: it goes back into the queue.
 */
import { StoreRefused, StoreUnavailable } from '../port.ts';
import { currentAsker, URGENCIES, type Asker, type Urgency } from './asker.ts';
import { Pace } from './pace.ts';

export interface QueueBounds {
	/** An operation waits no longer than this, in milliseconds. A page gives a send up after POST_TIMEOUT_MS of lib/live/api/form-post.ts. */
	maxWaitMs: Record<Urgency, number>;
	/** Operations that wait; more are refused at once. */
	maxWaiting: number;
	/** Requests that are under way at once. */
	maxUnderWay: number;
}

export const QUEUE_BOUNDS: QueueBounds = {
	maxWaitMs: { send: 8_000, read: 15_000, background: 60_000 },
	maxWaiting: 5_000,
	maxUnderWay: 64
};

/** The endpoint refused a request because too many came: nothing happened. */
export class TooManyRequests extends Error {
	override readonly name = 'TooManyRequests';
	readonly retryAfterMs: number | undefined;

	constructor(retryAfterMs?: number) {
		super('The store accepts no more requests at present');
		this.retryAfterMs = retryAfterMs;
	}
}

/** Beside any number of sends, one request in so many is of work that nobody waits for, if it has waited so long. */
const LATE_EVERY = 8;
const LATE_AFTER_MS = 20_000;

interface Waiting {
	asker: Asker;
	/** Milliseconds of the queue's clock. */
	since: number;
	until: number;
	order: number;
	ask: () => Promise<unknown>;
	resolve: (answer: unknown) => void;
	reject: (reason: unknown) => void;
}

export class PacedQueue {
	readonly #bounds: QueueBounds;
	readonly #onRefused: (perSecond: number, waiting: number) => void;
	readonly #now: () => number;
	readonly #pace = new Pace();
	readonly #waiting = new Set<Waiting>();
	/** The turn in which each person was last served; forgotten when nobody waits. */
	readonly #served = new Map<string, number>();
	#turn = 0;
	#order = 0;
	#underWay = 0;
	#timer: NodeJS.Timeout | undefined;

	/** @param onRefused called when the endpoint refused a request: the pace from then on, and how many operations wait */
	constructor(
		bounds: QueueBounds = QUEUE_BOUNDS,
		onRefused: (perSecond: number, waiting: number) => void = () => undefined,
		now: () => number = () => performance.now()
	) {
		this.#bounds = bounds;
		this.#onRefused = onRefused;
		this.#now = now;
	}

	/**
	 * @param ask sends one request; throws {@link TooManyRequests} for a 429
	 * @throws StoreUnavailable with `retryAfterMs` if the request cannot leave in time
	 */
	run<T>(ask: () => Promise<T>): Promise<T> {
		const asker = currentAsker();
		const maxWaitMs = this.#bounds.maxWaitMs[asker.urgency];
		const expected = this.#expectedWaitMs(asker);
		if (this.#waiting.size >= this.#bounds.maxWaiting || (!asker.isBegun && expected > maxWaitMs)) {
			return Promise.reject(tooBusy(expected));
		}
		return new Promise<T>((resolve, reject) => {
			const since = this.#now();
			const until = since + maxWaitMs;
			this.#waiting.add({
				asker,
				since,
				until,
				order: this.#order++,
				ask,
				resolve: resolve as Waiting['resolve'],
				reject
			});
			this.#serve();
		});
	}

	#serve(): void {
		clearTimeout(this.#timer);
		this.#expire();
		while (this.#waiting.size > 0 && this.#underWay < this.#bounds.maxUnderWay && this.#pace.delay(this.#now()) === 0) {
			void this.#send(this.#next());
		}
		if (this.#waiting.size === 0) return this.#served.clear();
		const firstEnd = Math.min(...[...this.#waiting].map(({ until }) => until)) - this.#now();
		const turn = this.#underWay < this.#bounds.maxUnderWay ? this.#pace.delay(this.#now()) : Infinity;
		this.#timer = setTimeout(() => this.#serve(), Math.max(1, Math.ceil(Math.min(firstEnd, turn))));
	}

	#next(): Waiting {
		const isLatesTurn = this.#turn % LATE_EVERY === LATE_EVERY - 1;
		const next =
			(isLatesTurn && this.#late()) ||
			[...this.#waiting].reduce((best, each) => (this.#isBefore(each, best) ? each : best));
		this.#waiting.delete(next);
		this.#served.set(next.asker.person, this.#turn++);
		return next;
	}

	/** Work that nobody waits for, and that has waited for long. */
	#late(): Waiting | undefined {
		const now = this.#now();
		return [...this.#waiting].find(({ asker, since }) => asker.urgency === 'background' && now - since > LATE_AFTER_MS);
	}

	#isBefore(a: Waiting, b: Waiting): boolean {
		const urgency = URGENCIES.indexOf(a.asker.urgency) - URGENCIES.indexOf(b.asker.urgency);
		if (urgency !== 0) return urgency < 0;
		if (a.asker.isBegun !== b.asker.isBegun) return a.asker.isBegun;
		const served = (this.#served.get(a.asker.person) ?? -1) - (this.#served.get(b.asker.person) ?? -1);
		return served !== 0 ? served < 0 : a.order < b.order;
	}

	async #send(waiting: Waiting): Promise<void> {
		const sentAt = this.#now();
		const isHeldBack = this.#pace.noteSent(sentAt);
		this.#underWay += 1;
		try {
			const answer = await waiting.ask();
			this.#noteAccepted(waiting, isHeldBack);
			waiting.resolve(answer);
		} catch (reason) {
			if (reason instanceof TooManyRequests) this.#waitAgain(waiting, sentAt, reason);
			else {
				if (reason instanceof StoreRefused) this.#noteAccepted(waiting, isHeldBack);
				waiting.reject(reason);
			}
		} finally {
			this.#underWay -= 1;
			this.#serve();
		}
	}

	#noteAccepted({ asker }: Waiting, isHeldBack: boolean): void {
		this.#pace.noteAccepted(this.#now(), isHeldBack);
		asker.isBegun = true;
	}

	#waitAgain(waiting: Waiting, sentAt: number, { retryAfterMs }: TooManyRequests): void {
		this.#pace.noteRefused(this.#now(), sentAt, retryAfterMs);
		this.#waiting.add(waiting);
		this.#onRefused(this.#pace.perSecond ?? 0, this.#waiting.size);
	}

	#expire(): void {
		const now = this.#now();
		for (const waiting of this.#waiting) {
			if (waiting.until > now) continue;
			this.#waiting.delete(waiting);
			waiting.reject(tooBusy(this.#expectedWaitMs(waiting.asker)));
		}
	}

	/** The time that the operations before a new one of `asker` take: more urgent ones, begun ones, its own, and others' in turns. */
	#expectedWaitMs({ urgency, person }: Asker): number {
		const { perSecond } = this.#pace;
		if (perSecond === undefined) return 0;
		const rank = URGENCIES.indexOf(urgency);
		let before = 0;
		const own = [...this.#waiting].filter(({ asker }) => asker.person === person).length;
		const ofOthers = new Map<string, number>();
		for (const { asker } of this.#waiting) {
			const isMoreUrgent = URGENCIES.indexOf(asker.urgency) < rank;
			if (isMoreUrgent || (asker.urgency === urgency && (asker.isBegun || asker.person === person))) before += 1;
			else if (asker.urgency === urgency) ofOthers.set(asker.person, (ofOthers.get(asker.person) ?? 0) + 1);
		}
		for (const count of ofOthers.values()) before += Math.min(count, own + 1);
		return (before / perSecond) * 1_000;
	}
}

const tooBusy = (waitMs: number) =>
	new StoreUnavailable('The store accepts fewer requests than are asked', Math.max(1_000, waitMs));
