/** One connection to the primary: a statement at a time, with a deadline, and what the server says beside the answer. */
import pg from 'pg';
import { Failed, Unknown } from '../engine.ts';
import { Lost, outcomeOf, WARNING } from './outcome.ts';
import { factsOf, faultIn, type Facts } from './proofs.ts';
import { facts as factsStatement, type Statement } from './statements.ts';
import { shownAddress } from './address.ts';

export interface Target {
	/** One for each host; the first that is a primary is taken. */
	addresses: readonly string[];
	/** Whether a primary without a synchronous standby will do. */
	alone: boolean;
	/** Milliseconds for an answer; by default {@link ANSWER_TIMEOUT_MS}. */
	answerWithin?: number;
}

const CONNECT_TIMEOUT_MS = 3_000;
/** As long as any client of the store waits. */
export const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Records are found by their keys: a plan without statistics would read the whole table. A lock is waited for briefly, only
 * the emptying of a table of changes takes one that matters.
 */
const SETTINGS = 'SET enable_seqscan = off; SET enable_bitmapscan = off; SET lock_timeout = 2000; SET jit = off';

export type Row = unknown[];

export class Session {
	readonly facts: Facts;
	readonly #client: pg.Client;
	readonly #answerWithin: number;
	/** What the server warned of since the last statement was sent. */
	#warnings: string[] = [];
	#isOver = false;

	private constructor(client: pg.Client, facts: Facts, answerWithin: number) {
		this.#answerWithin = answerWithin;
		this.#client = client;
		this.facts = facts;
		client.on('notice', ({ code, message }) => {
			if (code === WARNING) this.#warnings.push(message ?? 'without words');
		});
		// A line that breaks fails the statement under way, which is where it matters.
		client.on('error', () => (this.#isOver = true));
		client.on('end', () => (this.#isOver = true));
	}

	/** A connection to the primary. Rejects with {@link Failed} and a sentence for each host where none will do. */
	static async open({ addresses, alone, answerWithin = ANSWER_TIMEOUT_MS }: Target): Promise<Session> {
		const faults: string[] = [];
		for (const address of addresses) {
			const client = new pg.Client({
				connectionString: address,
				connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
				application_name: 'hpkv',
				keepAlive: true,
				// Of what has no deadline of its own: a line that went silent says nothing for ever.
				query_timeout: answerWithin
			});
			client.on('error', () => {});
			try {
				await client.connect();
				const { rows } = await client.query<Row>({ text: factsStatement, rowMode: 'array' });
				const facts = factsOf(rows[0]!);
				const fault = faultIn(facts, alone);
				if (fault !== undefined) throw new Error(fault);
				await client.query(SETTINGS);
				return new Session(client, facts, answerWithin);
			} catch (error) {
				faults.push(`${shownAddress(address)}: ${error instanceof Error ? error.message : 'no reason given'}`);
				destroy(client);
			}
		}
		throw new Failed(503, `The database cannot be used. ${faults.join('. ')}`);
	}

	/** Whether the next statement would not be sent. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/** `listener` gets the payload of each notification of the channel, and is called when the line breaks. */
	async listen(channel: string, listener: (payload: string) => void, onEnd: () => void): Promise<void> {
		this.#client.on('notification', ({ payload = '' }) => listener(payload));
		this.#client.once('end', onEnd);
		await this.#client.query(`LISTEN ${channel}`);
	}

	/** Runs statements without parameters; the rows of the last. Rejects with `Failed`. */
	async run(text: string): Promise<Row[]> {
		try {
			// An array for several statements, which its types do not know.
			const result = (await this.#client.query<Row>({ text, rowMode: 'array' })) as { rows: Row[] } | { rows: Row[] }[];
			return (Array.isArray(result) ? result.at(-1)! : result).rows;
		} catch (error) {
			if (!isRefusal(error)) this.end();
			throw outcomeOf(error, false);
		}
	}

	/** The rows; else rejects with `Failed`, `Unknown` or `Again`. @param writes whether it changes records. @param within milliseconds */
	async ask({ name, text }: Statement, values: unknown[], writes = false, within = this.#answerWithin): Promise<Row[]> {
		this.#warnings = [];
		let timer: NodeJS.Timeout | undefined;
		try {
			const late = new Promise<never>((_, reject) => {
				timer = setTimeout(() => {
					this.end();
					reject(new Lost(`no answer within ${Math.round(within)} ms`));
				}, within);
			});
			const { rows } = await Promise.race([this.#client.query<Row>({ name, text, values, rowMode: 'array' }), late]);
			if (writes && this.#warnings.length > 0) {
				this.end();
				throw new Unknown(`The database warned in place of an answer: ${this.#warnings.join(', ')}`);
			}
			return rows;
		} catch (error) {
			const outcome = outcomeOf(error, writes);
			if (!isRefusal(error)) this.end();
			throw outcome;
		} finally {
			clearTimeout(timer);
		}
	}

	/** At once: what is under way gets no answer. */
	end(): void {
		this.#isOver = true;
		destroy(this.#client);
	}

	/** After what is under way. */
	async close(): Promise<void> {
		if (this.#isOver) return;
		this.#isOver = true;
		await this.#client.end().catch(() => {});
	}
}

/** The connection goes on after it. */
const isRefusal = (error: unknown) => (error as { severity?: string }).severity === 'ERROR';

/** Without the farewell, which would wait for what is under way. */
function destroy(client: pg.Client): void {
	client.end().catch(() => {});
	(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
