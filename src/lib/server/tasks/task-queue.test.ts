import { beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { LEASE_MS, leaseToken, readTaskLog } from './task-log.ts';
import { enqueue, readTasks, TaskWorker, type Step, type StepContext, type Work } from './task-queue.ts';

const NOW = Date.UTC(2026, 10, 28);

let store: Hpkv;
let now: number;
const failed = vi.fn();
beforeEach(() => {
	store = memoryStore();
	now = NOW;
	failed.mockReset();
});

/** A worker that does not run by itself: `workDue` is one look. */
function worker(act: Work, { alone = false, on = store }: { alone?: boolean; on?: Hpkv } = {}): TaskWorker {
	const made = new TaskWorker(on, { clock: () => now, work: { count: act }, isAlone: () => alone, failed });
	// Starts without looking.
	vi.spyOn(made, 'wake').mockImplementation(() => undefined);
	made.start();
	return made;
}

const count = (n: number) => ({ kind: 'count', n });
const records = async () => (await store.range(keys.tasks.start, keys.tasks.end)).records;
const done = () => Promise.resolve<Step>('done');

test('a task is done when it is due, once, and is gone', async () => {
	await enqueue(store, count(1), 'a', NOW + 10);
	const act = vi.fn(done);
	const one = worker(act);
	expect(await one.workDue()).toBe(NOW + 10);
	expect(act).not.toHaveBeenCalled();
	now += 10;
	expect(await one.workDue()).toBeUndefined();
	expect(act).toHaveBeenCalledExactlyOnceWith(count(1), expect.objectContaining({ triedAt: undefined }));
	expect(await records()).toEqual([]);
});

test('the same task filed twice is one', async () => {
	await enqueue(store, count(1), 'a', NOW);
	await enqueue(store, count(1), 'a', NOW);
	const act = vi.fn(done);
	await worker(act).workDue();
	expect(act).toHaveBeenCalledOnce();
});

test('work that goes on is filed again with its place', async () => {
	await enqueue(store, count(1), 'a', NOW);
	const seen: number[] = [];
	const one = worker((body) => {
		const { n } = body as { n: number };
		seen.push(n);
		return Promise.resolve(n < 3 ? { again: count(n + 1), due: NOW } : 'done');
	});
	for (let look = 0; look < 3; look++) {
		expect((await readTasks(store)).map(({ body }) => body)).toEqual([count(look + 1)]);
		await one.workDue();
		now += 1;
	}
	expect(seen).toEqual([1, 2, 3]);
	expect(await records()).toEqual([]);
});

describe('with two workers', () => {
	test('a leased task is left to its worker until the lease has run out', async () => {
		await enqueue(store, count(1), 'a', NOW);
		let finish: (step: Step) => void = () => undefined;
		const slow = vi.fn(() => new Promise<Step>((resolve) => (finish = resolve)));
		const working = worker(slow).workDue();
		await vi.waitFor(() => expect(slow).toHaveBeenCalled());
		const act = vi.fn(done);
		const other = worker(act);
		await other.workDue();
		now += LEASE_MS - 1;
		await other.workDue();
		expect(act).not.toHaveBeenCalled();
		now += 1;
		await other.workDue();
		expect(act).toHaveBeenCalledExactlyOnceWith(count(1), expect.objectContaining({ triedAt: NOW }));
		finish('done');
		await working;
		expect(await records()).toEqual([]);
	});

	test('of two that lease at once, one works', async () => {
		for (let round = 0; round < 20; round++) {
			await enqueue(store, count(round), `t${round}`, NOW);
			const [a, b] = [vi.fn(done), vi.fn(done)];
			await Promise.all([worker(a).workDue(), worker(b).workDue()]);
			expect(a.mock.calls.length + b.mock.calls.length).toBe(1);
			expect(await records()).toEqual([]);
		}
	});
});

/** The store of a process that dies at its write number `at`, before it (`false`) or after it (`true`). */
function dying(at: number, after: boolean): Hpkv {
	let writes = 0;
	const write =
		<A extends unknown[], R>(act: (...args: A) => Promise<R>) =>
		async (...args: A): Promise<R> => {
			writes += 1;
			if (writes > at || (writes === at && !after)) return new Promise<R>(() => undefined);
			const result = await act(...args);
			return writes === at ? new Promise<R>(() => undefined) : result;
		};
	return {
		...store,
		patch: write((key: string, value: string) => store.patch(key, value)),
		delete: write((key: string) => store.delete(key))
	};
}

describe.each([true, false])('a worker that dies (alone: %s)', (alone) => {
	// Writes of a step: the lease, the next body, the deletion of the old key.
	test.each([1, 2, 3].flatMap((at) => [false, true].map((after) => [at, after] as const)))(
		'at write %d (after it: %s) loses no step, and its successor goes on from there',
		async (at, after) => {
			await enqueue(store, count(1), 'a', NOW);
			const seen: number[] = [];
			const act: Work = (body) => {
				const { n } = body as { n: number };
				seen.push(n);
				return Promise.resolve(n < 3 ? { again: count(n + 1), due: now } : 'done');
			};
			void worker(act, { alone, on: dying(at, after) }).workDue();
			await new Promise((over) => setTimeout(over, 20));
			// Another process starts at once; without the file of its own, it waits for the lease.
			const successor = worker(act, { alone });
			if (!alone) now += LEASE_MS;
			for (let look = 0; look < 6; look++, now += 1) await successor.workDue();
			expect(await records()).toEqual([]);
			expect([...new Set(seen)]).toEqual([1, 2, 3]);
			expect(seen.length).toBeLessThanOrEqual(4);
			expect(failed).not.toHaveBeenCalled();
		}
	);
});

test('a task that fails is tried again when its lease has run out, and given up after eight tries', async () => {
	await enqueue(store, count(1), 'a', NOW);
	for (const alone of [true, false]) {
		const act = vi.fn(() => Promise.reject(new Error('no')));
		const one = worker(act, { alone });
		await one.workDue();
		await one.workDue();
		expect(act).toHaveBeenCalledOnce();
		now += LEASE_MS;
	}
	const act = vi.fn(() => Promise.reject(new Error('no')));
	const one = worker(act);
	for (let tries = 0; tries < 10; tries++, now += LEASE_MS) await one.workDue();
	expect(act).toHaveBeenCalledTimes(6);
	expect(await records()).toEqual([]);
	expect((await store.range(keys.deadTasks.start, keys.deadTasks.end)).records).toHaveLength(1);
	expect(failed.mock.calls.at(-1)?.[0]).toMatchObject({ message: expect.stringMatching(/given up/) as string });
});

test('a task of an unknown kind is given up, and a lease after the end leaves nothing', async () => {
	await enqueue(store, { kind: 'later version' }, 'a', NOW);
	await store.patch(keys.task(NOW, 'b'), leaseToken('n', NOW - LEASE_MS));
	await worker(done).workDue();
	expect(await records()).toEqual([]);
	expect((await store.range(keys.deadTasks.start, keys.deadTasks.end)).records).toHaveLength(1);
});

test('a step is told to end before its lease does, and when the process stops', async () => {
	await enqueue(store, count(1), 'a', NOW);
	let context: StepContext | undefined;
	const one = worker((_, given) => {
		context = given;
		return done();
	});
	await one.workDue();
	expect(context?.isOver()).toBe(false);
	now += LEASE_MS;
	expect(context?.isOver()).toBe(true);
	now = NOW;
	await one.stop();
	expect(context?.isOver()).toBe(true);
});

test('a started worker does what is filed, at once and when it is due', async () => {
	vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
	const pass = async (milliseconds: number) => {
		await vi.advanceTimersByTimeAsync(milliseconds);
		// The store gathers the writes of a turn.
		for (let turn = 0; turn < 20; turn++) await new Promise((over) => setImmediate(over));
	};
	try {
		const act = vi.fn(done);
		const one = new TaskWorker(store, { clock: Date.now, work: { count: act }, isAlone: () => true, failed });
		one.start();
		await pass(10);
		await enqueue(store, count(1), 'a', Date.now());
		await pass(10);
		expect(act).toHaveBeenCalledTimes(1);
		await enqueue(store, count(2), 'b', Date.now() + 5_000);
		await pass(4_900);
		expect(act).toHaveBeenCalledTimes(1);
		await pass(200);
		expect(act).toHaveBeenCalledTimes(2);
		// Filed by another process: found by the look every half a minute.
		await one.stop();
		await enqueue(store, count(3), 'c', Date.now());
		await pass(60_000);
		expect(act).toHaveBeenCalledTimes(2);
		one.start();
		await pass(10);
		expect(act).toHaveBeenCalledTimes(3);
		await one.stop();
	} finally {
		vi.useRealTimers();
	}
});

test('a damaged record has no body', () => {
	expect(readTaskLog(';b$$$;la@1')).toMatchObject({ body: undefined, tries: 1 });
	expect(readTaskLog(undefined)).toEqual({ body: undefined, lease: undefined, tries: 0, triedAt: undefined });
});
