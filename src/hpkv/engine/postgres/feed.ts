/**
 * The changes of all nodes, each once: read from the table of changes with a snapshot as the cursor. Another node's NOTIFY,
 * sent after its commit, says when to look; it is only a hint, so the table is read every second anyway.
 */
import type { Change } from '../engine.ts';
import { Failed } from '../engine.ts';
import type { ToldChange } from './writes/operation.ts';
import { Again } from './outcome.ts';
import { Session, type Target } from './session.ts';
import { beginning, CHANNEL, forgetChanges, poll } from './statements.ts';

/** Milliseconds. */
const LOOK_EVERY = 1_000;
const RETRY_AFTER = 250;
const FORGET_EVERY = 30_000;

/**
 * Seconds of the database's clock. A node that has not looked for longer may have missed changes: they are removed once a
 * snapshot shows them that is older than this, with a margin.
 */
const CURSOR_LASTS = 60;
const FORGETTABLE_AFTER = 90;

export interface FeedListener {
	/** The changes of one batch, in order. @param isOthers whether another node wrote them */
	onChanges(changes: Change[], isOthers: boolean): void;
	onGap(because: string): void;
}

/** Where the feed has come to. */
interface Cursor {
	snapshot: string;
	/** The database's clock, in seconds. */
	at: number;
	/** The server's start: its snapshots say nothing about those of another. */
	server: string;
}

export class Feed {
	readonly #target: Target;
	readonly #node: string;
	readonly #listener: FeedListener;
	#session: Session | undefined;
	#cursor: Cursor | undefined;
	/** A cursor of a while ago, and one that is so old that every node was told what it shows, or knows that it was not. */
	#past: Cursor | undefined;
	#forgettable: Cursor | undefined;
	#wake = Promise.withResolvers<void>();
	/** Changes of this node were committed that the others are not told of. */
	#mustNotify = false;
	#asked: PromiseWithResolvers<void>[] = [];
	#forgotAt = performance.now();
	#closing = false;
	#ended: Promise<void> | undefined;

	constructor(target: Target, node: string, listener: FeedListener) {
		this.#target = target;
		this.#node = node;
		this.#listener = listener;
	}

	/** From here on changes are told. */
	async open(): Promise<void> {
		await this.#connect();
		this.#ended = this.#run();
	}

	/** This node has committed changes. */
	committed(): void {
		this.#mustNotify = true;
		this.#wake.resolve();
	}

	/** Once all that was committed before is told. Rejects with {@link Failed} where the database does not answer. */
	caughtUp(): Promise<void> {
		if (this.#closing) return Promise.reject(new Failed(503, 'The store is closed'));
		const asked = Promise.withResolvers<void>();
		this.#asked.push(asked);
		this.#wake.resolve();
		return asked.promise;
	}

	async close(): Promise<void> {
		this.#closing = true;
		this.#wake.resolve();
		await this.#ended;
	}

	async #run(): Promise<void> {
		for (;;) {
			this.#wake = Promise.withResolvers();
			const closing = this.#closing;
			const asked = this.#asked.splice(0);
			try {
				const session = this.#session && !this.#session.isOver ? this.#session : await this.#connect();
				await this.#look(session);
				for (const { resolve } of asked) resolve();
				await this.#forget(session);
			} catch (error) {
				if (error instanceof Again) this.#asked.unshift(...asked);
				else for (const { reject } of asked) reject(error);
				if (!closing) {
					await after(RETRY_AFTER);
					continue;
				}
			}
			if (closing) break;
			const timer = setTimeout(() => this.#wake.resolve(), LOOK_EVERY).unref();
			await this.#wake.promise;
			clearTimeout(timer);
		}
		for (const { reject } of this.#asked.splice(0)) reject(new Failed(503, 'The store is closed'));
		await this.#session?.close();
	}

	async #connect(): Promise<Session> {
		const session = await Session.open(this.#target);
		await session.listen(
			CHANNEL,
			(node) => node !== this.#node && this.#wake.resolve(),
			() => this.#wake.resolve()
		);
		// A NOTIFY would wait for the disk and the standbys, and nothing that this line writes must outlive a crash.
		await session.run('SET synchronous_commit = off');
		const server = session.facts.startedAt;
		if (this.#cursor?.server !== server) {
			const before = this.#cursor;
			const [row] = await session.ask(beginning, []);
			const [snapshot, at] = row as [string, number];
			this.#cursor = { snapshot, at, server };
			this.#past = this.#forgettable = undefined;
			// Transactions are counted anew after a fail-over, and what the old primary told last may not have been kept.
			if (before) this.#listener.onGap('The database was started anew, or another took its place');
		}
		return (this.#session = session);
	}

	async #look(session: Session): Promise<void> {
		const before = this.#cursor!;
		const notify = this.#mustNotify;
		this.#mustNotify = false;
		let row: unknown[] | undefined;
		try {
			[row] = await session.ask(poll, [before.snapshot, notify, this.#node]);
		} catch (error) {
			this.#mustNotify ||= notify;
			throw error;
		}
		const [snapshot, at, batches] = row as [string, number, string | null];
		const cursor = { ...before, snapshot, at };
		if (!this.#past || at - this.#past.at > FORGETTABLE_AFTER) {
			this.#forgettable = this.#past;
			this.#past = before;
		}
		this.#cursor = cursor;
		if (at - before.at > CURSOR_LASTS) this.#listener.onGap('The table of changes was not read for a minute');
		if (batches === null) return;
		for (const [isOwn, ...batch] of JSON.parse(`[${batches}]`) as [boolean, ...ToldChange[]][])
			this.#listener.onChanges(changesOf(batch), !isOwn);
	}

	/** What all nodes have been told is removed, by the first node that comes to it. */
	async #forget(session: Session): Promise<void> {
		if (!this.#forgettable || performance.now() - this.#forgotAt < FORGET_EVERY) return;
		this.#forgotAt = performance.now();
		await session.ask(forgetChanges, [this.#forgettable.snapshot]);
	}
}

/** In the order in which they were asked for. */
function changesOf(batch: ToldChange[]): Change[] {
	const numbered: [number, Change][] = [];
	for (const [key, sum, told] of batch) {
		for (const [number, value] of told) {
			numbered.push([number, { key, value: typeof value === 'number' ? String(Number(sum) + value) : value }]);
		}
	}
	return numbered.sort(([a], [b]) => a - b).map(([, change]) => change);
}

const after = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms).unref());
