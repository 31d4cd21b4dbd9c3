/**
 * A task is one key with the time at which it is due. A worker takes it by a lease, does a step, and deletes it; work that goes on is
 * filed under a later time before the old key is deleted. So a step may be done twice and is never lost: steps must be idempotent. Several processes may work.
 */
import type { Hpkv, StoredRecord } from '../../../hpkv/port.ts';
import { MAX_TASKS_READ } from '../../chat/limits.ts';
import { keys, readTaskKey } from '../../chat/storage/keys.ts';
import { appendToken } from '../storage/claims.ts';
import { randomId } from '../storage/ids.ts';
import { bodyToken, isBody, LEASE_MS, leaseToken, readTaskLog, type TaskLog } from './task-log.ts';

export interface TaskBody {
	kind: string;
}

/** Appended: the same task twice is one task. */
export const enqueue = (store: Hpkv, body: TaskBody, id: string, due: number): Promise<void> =>
	store.patch(keys.task(due, id), bodyToken(body));

export interface Task {
	id: string;
	due: number;
	body: unknown;
}

/** All waiting tasks; of a task that was filed again, the later body. */
export async function readTasks(store: Hpkv): Promise<Task[]> {
	const { records } = await store.range(keys.tasks.start, keys.tasks.end, MAX_TASKS_READ);
	const tasks = records.map(({ key, value }) => ({ ...readTaskKey(key), body: readTaskLog(value).body }));
	return [...new Map(tasks.map((task) => [task.id, task])).values()].filter(({ body }) => body !== undefined);
}

export type Step = 'done' | { again: TaskBody; due: number };

export interface StepContext {
	/** When an earlier try of this step began, which may have done a part of it. */
	triedAt: number | undefined;
	/** Whether the step must end now: its lease runs out, or the process stops. */
	isOver: () => boolean;
}

export type Work = (body: unknown, context: StepContext) => Promise<Step>;

export interface WorkerOptions {
	clock: () => number;
	work: Readonly<Record<string, Work>>;
	/** Whether no other process works on this store: then every lease of another worker is one of a process that died. */
	isAlone: () => boolean;
	failed: (error: unknown) => void;
}

const MOST_TRIES = 8;
/** Left of a lease at the latest when a step begins, and when it must end. */
const SPARE_MS = 10_000;
/** A task that another process files is found so late. */
const LOOK_EVERY_MS = 30_000;
const LOOK_SPREAD_MS = 10_000;

export class TaskWorker {
	readonly #store: Hpkv;
	readonly #options: WorkerOptions;
	#timer: ReturnType<typeof setTimeout> | undefined;
	#running: Promise<void> | undefined;
	#isAwaited = false;
	#hasStopped = true;
	/** When this worker began the tries that have not ended well. */
	readonly #begun = new Map<string, number>();

	constructor(store: Hpkv, options: WorkerOptions) {
		this.#store = store;
		this.#options = options;
		store.onWritten((key, value) => {
			if (key.startsWith(keys.tasks.start) && isBody(value)) this.wake();
		});
		store.onMissed(() => this.wake());
	}

	start(): void {
		this.#hasStopped = false;
		this.wake();
	}

	/** Lets the step that runs come to its end. */
	async stop(): Promise<void> {
		this.#hasStopped = true;
		clearTimeout(this.#timer);
		await this.#running;
	}

	wake(): void {
		if (this.#hasStopped) return;
		this.#isAwaited = true;
		this.#running ??= this.#run().finally(() => {
			this.#running = undefined;
			if (this.#isAwaited) this.wake();
		});
	}

	async #run(): Promise<void> {
		let wait = LOOK_EVERY_MS + (Math.random() * 2 - 1) * LOOK_SPREAD_MS;
		try {
			while (this.#isAwaited && !this.#hasStopped) {
				this.#isAwaited = false;
				const next = await this.workDue();
				if (next !== undefined) wait = Math.min(wait, Math.max(0, next - this.#options.clock()));
			}
		} catch (error) {
			this.#options.failed(error);
		}
		clearTimeout(this.#timer);
		if (!this.#hasStopped) this.#timer = setTimeout(() => this.wake(), wait).unref();
	}

	/** Does one step of each task that is due. @returns when the next task is due */
	async workDue(): Promise<number | undefined> {
		const { records } = await this.#store.range(keys.tasks.start, keys.tasks.end, MAX_TASKS_READ);
		const now = this.#options.clock();
		const latest = new Map(records.map(({ key }) => [readTaskKey(key).id, key]));
		const isDue = ({ key }: StoredRecord) => readTaskKey(key).due <= now;
		for (const record of records.filter(isDue)) {
			if (this.#hasStopped) return undefined;
			// Filed again by a worker that died before it deleted this key.
			if (latest.get(readTaskKey(record.key).id) !== record.key) await this.#store.delete(record.key);
			else await this.#take(record).catch(this.#options.failed);
		}
		const later = records.find((record) => !isDue(record));
		return later && readTaskKey(later.key).due;
	}

	async #take({ key, value }: StoredRecord): Promise<void> {
		const { clock, work, isAlone } = this.#options;
		const leaseMs = isAlone() ? -Infinity : LEASE_MS;
		const seen = readTaskLog(value, leaseMs);
		if (seen.lease && clock() < seen.lease.from + leaseMs) return;
		if (clock() < (this.#begun.get(key) ?? -Infinity) + LEASE_MS) return;
		if (seen.tries >= MOST_TRIES) return this.#giveUp(key, seen);
		const nonce = randomId().slice(0, 8);
		const from = clock();
		this.#begun.set(key, from);
		await appendToken(this.#store, key, leaseToken(nonce, from));
		const held = readTaskLog(await this.#store.get(key), leaseMs);
		// Ended by another worker: the lease made the key again.
		if (held.body === undefined) return this.#forget(key);
		const until = from + LEASE_MS - SPARE_MS;
		if (held.lease?.nonce !== nonce || clock() > until - SPARE_MS) return;
		const { kind } = held.body as Partial<TaskBody>;
		const act = kind !== undefined && Object.hasOwn(work, kind) ? work[kind] : undefined;
		if (!act) return this.#giveUp(key, held);
		const step = await act(held.body, {
			triedAt: held.tries > 1 ? held.triedAt : undefined,
			isOver: () => this.#hasStopped || clock() > until
		});
		if (step !== 'done') {
			const { due, id } = readTaskKey(key);
			await enqueue(this.#store, step.again, id, Math.max(step.due, due + 1));
		}
		await this.#forget(key);
	}

	async #forget(key: string): Promise<void> {
		await this.#store.delete(key);
		this.#begun.delete(key);
	}

	async #giveUp(key: string, { body, tries }: TaskLog): Promise<void> {
		const { id } = readTaskKey(key);
		const { kind } = (body ?? {}) as Partial<TaskBody>;
		await this.#store.set(keys.deadTask(id), JSON.stringify({ kind, tries, at: this.#options.clock() }));
		await this.#forget(key);
		this.#options.failed(new Error(`The task ${id} (${kind}) failed ${tries} times and was given up`));
	}
}
