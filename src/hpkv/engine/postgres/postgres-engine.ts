/**
 * Records in a PostgreSQL database that several processes share. What arrives in one turn of the event loop, or while all
 * lanes are busy, goes as one statement, which is one round trip and one transaction (measured: 14 to 26 times the writes
 * of one operation a transaction).
 */
import { randomBytes } from 'node:crypto';
import { Failed, type Change, type Engine, type Found } from '../engine.ts';
import { Batches } from './writes/batches.ts';
import { Feed } from './feed.ts';
import { KeysInOrder, type KeyQueue, type Need } from './writes/keys-in-order.ts';
import { Lease, type LeaseListener } from './lease.ts';
import { Lanes, type Ask as AskDatabase } from './lanes.ts';
import { patchOf, tooLarge, type Ask } from './writes/operation.ts';
import type { Target } from './session.ts';
import { rangeOf } from './ranges.ts';

/** Connections of one node; one more reads the changes. */
const WRITERS = 2;
const READERS = 2;

/** Keys of one statement: a thousand writes of 10 KiB are 10 MiB. */
const MOST_KEYS = 1_000;

/** Milliseconds that an operation waits for a connection. */
const WAIT_AT_MOST = 10_000;

export interface SharedOptions {
	target: Target;
	maxValueBytes: number;
	/** Whether anybody can hear of this key. What nobody can is not written into the table of changes. */
	heard: (key: string) => boolean;
	lease: LeaseListener;
}

export class PostgresEngine implements Engine {
	readonly owned = false;
	readonly maxValueBytes: number;
	readonly #batches: Batches;
	readonly #keys: KeysInOrder;
	readonly #writers: Lanes;
	readonly #readers: Lanes;
	readonly #feed: Feed;
	readonly #lease: Lease;
	readonly #listeners: ((changes: Change[], isOthers: boolean) => void)[] = [];
	readonly #gapListeners: ((because: string) => void)[] = [];
	/** Ranges that are not answered, with their bounds. */
	readonly #ranges = new Set<{ first: Buffer; last: Buffer; settled: Promise<unknown> }>();
	/** Ranges that wait for a free reader. */
	#waitingRanges: (() => Promise<boolean>)[] = [];
	#number = 0;
	#isScheduled = false;
	#closed = false;
	#emptied: (() => void) | undefined;
	readonly #expiry: NodeJS.Timeout;

	constructor({ target, maxValueBytes, heard, lease }: SharedOptions) {
		this.maxValueBytes = maxValueBytes;
		const onFree = () => this.#flush();
		this.#keys = new KeysInOrder(() => this.#schedule());
		const node = randomBytes(8).toString('hex');
		this.#batches = new Batches(this.#keys, { node, maxValueBytes, heard, onCommitted: () => this.#feed.committed() });
		this.#writers = new Lanes(target, WRITERS, onFree);
		this.#readers = new Lanes(target, READERS, onFree);
		this.#feed = new Feed(target, node, {
			onChanges: (changes, isOthers) => this.#listeners.forEach((listener) => listener(changes, isOthers)),
			onGap: (because) => this.#gapListeners.forEach((listener) => listener(because))
		});
		this.#lease = new Lease(target, node, lease);
		this.#expiry = setInterval(() => this.#expire(), WAIT_AT_MOST / 10).unref();
	}

	/** Rejects with {@link Failed} where the database cannot be used. */
	async open(): Promise<void> {
		await Promise.all([this.#feed.open(), this.#lease.open()]);
	}

	async get(key: string): Promise<string | undefined> {
		return this.#lease.during(() => this.#ask(key, { kind: 'get' }) as Promise<string | undefined>);
	}

	async set(key: string, value: string): Promise<void> {
		await this.#ask(key, { kind: 'set', value });
	}

	async patch(key: string, patch: string): Promise<void> {
		if (Buffer.byteLength(patch) > this.maxValueBytes) throw tooLarge(this.maxValueBytes);
		await this.#ask(key, patchOf(patch));
	}

	async delete(key: string): Promise<boolean> {
		return (await this.#ask(key, { kind: 'delete' })) as boolean;
	}

	async increment(key: string, by: number): Promise<number> {
		return (await this.#ask(key, { kind: 'add', by })) as number;
	}

	range(start: string, end: string, limit: number): Promise<Found> {
		return this.#lease.during(() => this.#range(start, end, limit));
	}

	onCommit(listener: (changes: Change[], isOthers?: boolean) => void): void {
		this.#listeners.push(listener);
	}

	onGap(listener: (because: string) => void): void {
		this.#gapListeners.push(listener);
	}

	caughtUp(): Promise<void> {
		return this.#feed.caughtUp();
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		this.#closed = true;
		if (!this.#isEmpty) {
			await new Promise<void>((emptied) => {
				this.#emptied = emptied;
				this.#flush();
			});
		}
		clearInterval(this.#expiry);
		await Promise.all([this.#feed.close(), this.#lease.close(), this.#writers.close(), this.#readers.close()]);
	}

	/** After the writes between its bounds that were asked for before it, and before those that are asked for after it. */
	async #range(start: string, end: string, limit: number): Promise<Found> {
		if (this.#closed) throw closedError();
		const before = [...this.#keys.lastWrites(start, end)].map(({ settled }) => settled);
		const answer = Promise.all(before).then(() => this.#readRange(start, end, limit));
		const pending = { first: Buffer.from(start), last: Buffer.from(end), settled: answer.catch(() => {}) };
		this.#ranges.add(pending);
		try {
			return await answer;
		} finally {
			this.#ranges.delete(pending);
			this.#tellIfEmpty();
		}
	}

	#ask(key: string, ask: Ask): Promise<unknown> {
		if (this.#closed) return Promise.reject(closedError());
		const { promise, resolve, reject } = Promise.withResolvers<unknown>();
		const number = ++this.#number;
		const settled = promise.catch(() => {});
		if (ask.kind !== 'get' && this.#ranges.size > 0) this.#hold(key);
		this.#keys.add(key, { ask, number, since: performance.now(), settled, resolve, reject });
		this.#schedule();
		return promise;
	}

	/** Lets what follows of `key` wait for the ranges that it lies in. */
	#hold(key: string): void {
		const bytes = Buffer.from(key);
		const around = [...this.#ranges].filter(
			({ first, last }) => Buffer.compare(first, bytes) <= 0 && Buffer.compare(bytes, last) <= 0
		);
		if (around.length === 0) return;
		const until = Promise.all(around.map(({ settled }) => settled));
		const nothing = () => {};
		this.#keys.add(key, {
			ask: { kind: 'hold', until },
			number: 0,
			since: Infinity,
			settled: until,
			resolve: nothing,
			reject: nothing
		});
	}

	#schedule(): void {
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#flush();
		});
	}

	/** Gives work to free lanes. */
	#flush(): void {
		this.#tellIfEmpty();
		while (this.#writers.isFree) {
			if (this.#keys.has('put')) this.#carryOut('put', MOST_KEYS, (ask, queues) => this.#batches.put(ask, queues));
			else if (this.#keys.has('delete'))
				this.#carryOut('delete', MOST_KEYS, (ask, queues) => this.#batches.delete(ask, queues));
			else if (this.#keys.has('merge'))
				this.#carryOut('merge', MOST_KEYS, (ask, queues) => this.#batches.merge(ask, queues));
			else break;
		}
		while (this.#readers.isFree) {
			if (this.#keys.has('get')) this.#carryOut('get', MOST_KEYS, (ask, queues) => this.#batches.get(ask, queues));
			else if (this.#waitingRanges.length > 0) void this.#waitingRanges.shift()!();
			else break;
		}
	}

	#carryOut(need: Need, most: number, work: (ask: AskDatabase, queues: KeyQueue[]) => Promise<void>): void {
		const queues = this.#keys.take(need, most);
		const lanes = need === 'get' ? this.#readers : this.#writers;
		void lanes
			.run((ask) => work(ask, queues))
			.then((carried) => {
				// They wait for a lane, in their places.
				if (!carried) for (const queue of queues) this.#keys.done(queue);
			});
	}

	#readRange(start: string, end: string, limit: number): Promise<Found> {
		return new Promise((resolve, reject) => {
			const since = performance.now();
			const read = async () => {
				const carried = await this.#readers.run(async (ask) => {
					try {
						resolve(await rangeOf(ask, start, end, limit, this.maxValueBytes));
					} catch (error) {
						reject(error instanceof Error ? error : new Error('Not an error', { cause: error }));
					}
				});
				if (carried) return true;
				if (performance.now() - since > WAIT_AT_MOST) reject(unreachable(this.#readers.failure));
				else this.#waitingRanges.push(read);
				return false;
			};
			this.#waitingRanges.push(read);
			this.#schedule();
		});
	}

	/** Rejects what has waited too long for a connection. */
	#expire(): void {
		const failure = unreachable(this.#writers.failure ?? this.#readers.failure);
		for (const { reject } of this.#keys.removeOlder(performance.now() - WAIT_AT_MOST)) reject(failure);
		this.#flush();
	}

	get #isEmpty(): boolean {
		return this.#keys.isEmpty && this.#ranges.size === 0;
	}

	#tellIfEmpty(): void {
		if (this.#isEmpty) this.#emptied?.();
	}
}

const closedError = () => new Failed(503, 'The store is closed');

const unreachable = (failure: unknown) =>
	new Failed(503, failure instanceof Error ? failure.message : 'The database was busy for too long', {
		cause: failure
	});
