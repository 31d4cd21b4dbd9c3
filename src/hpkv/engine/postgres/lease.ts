/**
 * Whether this node may answer reads. Each second it writes the time of its beat, which is acknowledged once the standbys
 * have it. A primary that they have left acknowledges nothing, but would still answer reads with what it knows: so a node
 * without an acknowledged beat for five seconds answers none, also when it wakes from a pause. The beats are also the list of
 * nodes, and compare the clocks.
 */
import { Failed } from '../engine.ts';
import { Lanes } from './lanes.ts';
import type { Row, Target } from './session.ts';
import { beat, leave } from './statements.ts';

/** Milliseconds. */
const BEAT_EVERY = 1_000;
const LASTS = 5_000;
/** How long a read waits for a beat where the last one is too old. */
const RENEWED_WITHIN = 1_500;
/** Times of messages come from nodes. A clock that differs by more is logged, and by still more stops reads. */
const CLOCK_NOTED = 2_000;
const CLOCK_WRONG = 10_000;

export interface LeaseListener {
	/** The number of nodes that live, this one included, where it has changed. */
	onNodes(count: number): void;
	/** The clock of this machine has begun to differ from the database's, or differs no more (0). */
	onClock(seconds: number): void;
}

interface Moment {
	monotonic: number;
	/** Goes on while a virtual machine is paused. */
	wall: number;
}

const now = (): Moment => ({ monotonic: performance.now(), wall: Date.now() });

export class Lease {
	readonly #node: string;
	readonly #lane: Lanes;
	readonly #listener: LeaseListener;
	/** When the newest acknowledged beat was sent. */
	#sent: Moment = { monotonic: -Infinity, wall: -Infinity };
	/** How much the clocks differ at least, in milliseconds. */
	#clockDiffers = 0;
	#nodes = 0;
	#beating: Promise<void> | undefined;
	#timer: NodeJS.Timeout | undefined;
	#failure: unknown;

	constructor(target: Target, node: string, listener: LeaseListener) {
		this.#node = node;
		this.#lane = new Lanes(target, 1, () => undefined);
		this.#listener = listener;
	}

	/** Rejects with {@link Failed} where the first beat is not acknowledged. */
	async open(): Promise<void> {
		await this.#beat();
		if (!this.holds) throw this.#why();
		this.#timer = setInterval(() => void this.#beat(), BEAT_EVERY).unref();
	}

	get holds(): boolean {
		const { monotonic, wall } = this.#sent;
		const age = Math.max(performance.now() - monotonic, Date.now() - wall);
		return age < LASTS && this.#clockDiffers < CLOCK_WRONG;
	}

	/** What `read` gives, read while the lease holds. Rejects with {@link Failed} where it does not hold. */
	async during<T>(read: () => Promise<T>): Promise<T> {
		const value = await read();
		if (this.holds) return value;
		await this.#renew();
		const again = await read();
		if (this.holds) return again;
		throw this.#why();
	}

	async close(): Promise<void> {
		clearInterval(this.#timer);
		await this.#beating;
		if (this.holds) {
			const forget = (ask: (statement: typeof leave, values: unknown[]) => Promise<Row[]>) => ask(leave, [this.#node]);
			await this.#lane.run(async (ask) => void (await forget(ask).catch(() => undefined)));
		}
		await this.#lane.close();
	}

	async #renew(): Promise<void> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<void>((over) => (timer = setTimeout(over, RENEWED_WITHIN)));
		// One that was sent before the pause does not count.
		const beats = this.#beat().then(() => (this.holds ? undefined : this.#beat()));
		await Promise.race([beats, late]);
		clearTimeout(timer);
		if (!this.holds) throw this.#why();
	}

	#beat(): Promise<void> {
		return (this.#beating ??= this.#send().finally(() => (this.#beating = undefined)));
	}

	async #send(): Promise<void> {
		const isOpened = await this.#lane.run(async (ask) => {
			try {
				const sent = now();
				const [row] = await ask(beat, [this.#node], true);
				this.#acknowledged(sent, row as [number, number]);
				this.#failure = undefined;
			} catch (error) {
				this.#failure = error;
			}
		});
		if (!isOpened) this.#failure = this.#lane.failure;
	}

	#acknowledged(sent: Moment, [seconds, others]: [seconds: number, others: number]): void {
		this.#sent = sent;
		const answered = Date.now();
		const [early, late] = [sent.wall - seconds * 1_000, seconds * 1_000 - answered];
		const differs = Math.max(0, early, late);
		if (differs > CLOCK_NOTED !== this.#clockDiffers > CLOCK_NOTED)
			this.#listener.onClock(differs > CLOCK_NOTED ? Math.round(differs / 1_000) : 0);
		this.#clockDiffers = differs;
		if (others + 1 === this.#nodes) return;
		this.#nodes = others + 1;
		this.#listener.onNodes(this.#nodes);
	}

	#why(): Failed {
		if (this.#clockDiffers >= CLOCK_WRONG) {
			const seconds = Math.round(this.#clockDiffers / 1_000);
			return new Failed(503, `The clocks of this machine and of the database differ by ${seconds} s: set them by NTP`);
		}
		const because = this.#failure instanceof Error ? `: ${this.#failure.message}` : '';
		return new Failed(
			503,
			`The database has acknowledged no write of this node for 5 s, so it may not be the primary${because}`
		);
	}
}
