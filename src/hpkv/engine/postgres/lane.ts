/**
 * One connection after another, by which each write happens once, also where a line breaks before its answer. With each batch
 * of writes its number and its answer are kept in the lane's own row. After a break the next connection waits until the one
 * before is dead, by a lock that both hold, and finds there whether the batch was committed: then it gives the answer, else it
 * sends the batch again. So a fail-over is a pause.
 */
import { randomBytes } from 'node:crypto';
import { Failed, Unknown } from '../engine.ts';
import { ANSWER_TIMEOUT_MS, Session, type Row, type Target } from './session.ts';
import { lastBatch, type Statement } from './statements.ts';

/** Until a connection that could not be opened is tried again. */
const RETRY_DELAY_MS = 100;

export class Lane {
	readonly #target: Target;
	/** Of the lock and of the row: a bigint. */
	readonly #name = String(randomBytes(8).readBigInt64BE());
	#session: Session;
	/** The number of the batch that was sent last. */
	#batch = 0;

	private constructor(target: Target, session: Session) {
		this.#target = target;
		this.#session = session;
	}

	static async open(target: Target): Promise<Lane> {
		const lane = new Lane(target, await Session.open(target));
		await lane.#lock();
		return lane;
	}

	get isOver(): boolean {
		return this.#session.isOver;
	}

	close(): Promise<void> {
		return this.#session.close();
	}

	/** The rows; else rejects with `Failed`, `Unknown` or `Again`. @param writes whether it changes records */
	async ask(statement: Statement, values: unknown[], writes = false): Promise<Row[]> {
		const until = performance.now() + (this.#target.answerWithin ?? ANSWER_TIMEOUT_MS);
		const { answerOf } = statement;
		if (writes && !answerOf) return this.#session.ask(statement, values, writes);
		const sent = answerOf ? [...values, this.#name, ++this.#batch] : values;
		for (;;) {
			try {
				return await this.#session.ask(statement, sent, writes, until - performance.now());
			} catch (error) {
				if (!this.#session.isOver || !(error instanceof Unknown || error instanceof Failed)) throw error;
				await this.#reopen(until, error);
				if (!answerOf) continue;
				const answer = await this.#answer(until, error);
				if (answer) return answerOf(values, answer.rows);
			}
		}
	}

	async #lock(): Promise<void> {
		await this.#session.run(`SELECT pg_advisory_lock(${this.#name})`);
	}

	/** @throws `failure` where there is no connection in time */
	async #reopen(until: number, failure: Error): Promise<void> {
		for (;;) {
			if (performance.now() >= until) throw failure;
			try {
				this.#session = await Session.open(this.#target);
				// Fails after two seconds, and the connection before may live longer.
				return await this.#lock();
			} catch {
				this.#session.end();
				await new Promise((soon) => setTimeout(soon, RETRY_DELAY_MS));
			}
		}
	}

	/**
	 * What was kept of the batch that was sent last; undefined where it was not committed. Asking writes: the answer to it
	 * says that the standbys have the batch as well. @throws `failure` where it cannot be known in time
	 */
	async #answer(until: number, failure: Error): Promise<{ rows: Row[] | null } | undefined> {
		for (;;) {
			try {
				const [row] = await this.#session.ask(lastBatch, [this.#name], true, until - performance.now());
				const [batch, rows] = row as [number, string | null];
				return Number(batch) === this.#batch ? { rows: rows === null ? null : (JSON.parse(rows) as Row[]) } : undefined;
			} catch (error) {
				if (!this.#session.isOver && !(error instanceof Unknown)) throw failure;
				await this.#reopen(until, failure);
			}
		}
	}
}
