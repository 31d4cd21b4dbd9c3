/** Connections that take turns: each carries one statement at a time, and is opened again after it broke. */
import { Lane } from './lane.ts';
import type { Row, Target } from './session.ts';
import type { Statement } from './statements.ts';

/** Milliseconds until a lane that could not be opened is tried again. */
const RETRY_AFTER = 250;

export class Lanes {
	readonly #target: Target;
	readonly #count: number;
	readonly #onFree: () => void;
	readonly #idle: Lane[] = [];
	/** Lanes that carry a statement or are being opened. */
	#busy = 0;
	#triedAt = -Infinity;
	#failure: unknown;
	#closed = false;

	/** @param onFree called when a lane is free again */
	constructor(target: Target, count: number, onFree: () => void) {
		this.#target = target;
		this.#count = count;
		this.#onFree = onFree;
	}

	get isFree(): boolean {
		return this.#busy < this.#count && !this.#waits;
	}

	/** Why the last attempt to open a lane failed; undefined where it did not. */
	get failure(): unknown {
		return this.#failure;
	}

	/**
	 * Runs `use` on a free lane. Resolves to false, and calls nothing, where the lane cannot be opened.
	 */
	async run(use: (ask: Ask) => Promise<void>): Promise<boolean> {
		this.#busy += 1;
		let lane: Lane | undefined;
		try {
			lane = await this.#open();
			if (!lane) return false;
			const open = lane;
			await use((statement, values, writes) => open.ask(statement, values, writes));
			return true;
		} finally {
			this.#busy -= 1;
			if (lane && !lane.isOver) {
				if (this.#closed) void lane.close();
				else this.#idle.push(lane);
			}
			// Callers that have their answers ask for the next operations first: these then go to the database in one statement.
			setImmediate(this.#onFree);
		}
	}

	async close(): Promise<void> {
		this.#closed = true;
		await Promise.all(this.#idle.splice(0).map((lane) => lane.close()));
	}

	get #waits(): boolean {
		return this.#idle.length === 0 && performance.now() - this.#triedAt < RETRY_AFTER;
	}

	async #open(): Promise<Lane | undefined> {
		let lane = this.#idle.pop();
		while (lane?.isOver) lane = this.#idle.pop();
		if (lane) return lane;
		try {
			lane = await Lane.open(this.#target);
			this.#failure = undefined;
			return lane;
		} catch (error) {
			this.#failure = error;
			this.#triedAt = performance.now();
			// A timer may be a millisecond early.
			setTimeout(this.#onFree, RETRY_AFTER + 5).unref();
			return undefined;
		}
	}
}

export type Ask = (statement: Statement, values: unknown[], writes?: boolean) => Promise<Row[]>;
