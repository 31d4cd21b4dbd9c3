import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreUnavailable } from '../port.ts';
import { askFor, type Urgency } from './asker.ts';
import { PacedQueue, QUEUE_BOUNDS, TooManyRequests, type QueueBounds } from './paced-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An endpoint that accepts so many requests a second, in a bucket of one second's worth, and answers after 5 ms. */
function endpoint(perSecond: number, bounds: Partial<QueueBounds> = {}) {
	const refusals: number[] = [];
	const queue = new PacedQueue({ ...QUEUE_BOUNDS, ...bounds }, (pace) => refusals.push(pace), Date.now);
	const served: string[] = [];
	let left = perSecond;
	let at = Date.now();
	const request = (name: string) => async () => {
		left = Math.min(perSecond, left + ((Date.now() - at) / 1_000) * perSecond);
		at = Date.now();
		const isAccepted = left >= 1;
		if (isAccepted) left -= 1;
		await new Promise((resume) => setTimeout(resume, 5));
		if (!isAccepted) throw new TooManyRequests();
		served.push(name);
		return name;
	};
	const ask = (urgency: Urgency, person: string, name = person) =>
		askFor({ urgency, person }, () => queue.run(request(name)));
	return { queue, request, ask, served, refusals };
}

const waits = (ms: number) => ({ send: ms, read: ms, background: ms });

const repeat = <T>(times: number, work: (n: number) => T): T[] => Array.from({ length: times }, (_, n) => work(n));

test('an endpoint without a limit is asked at once', async () => {
	const { ask, served } = endpoint(1e9);
	void repeat(50, (n) => ask('read', 'ada', String(n)));
	await vi.advanceTimersByTimeAsync(6);
	expect(served).toHaveLength(50);
});

test('two hundred requests to ten a second are all done, most of the limit is used, few are refused', async () => {
	const { ask, served, refusals } = endpoint(10, { maxWaitMs: waits(60_000) });
	const answers = Promise.all(repeat(200, (n) => ask('send', 'ada', String(n))));
	await vi.advanceTimersByTimeAsync(30_000);
	await answers;
	expect(served).toHaveLength(200);
	expect(new Set(served).size).toBe(200);
	// Those that had left before the first refusal came, and some at the top of each saw tooth.
	expect(refusals.length).toBeLessThan(QUEUE_BOUNDS.maxUnderWay + 20);
});

test('sends leave before reads, and reads before work that nobody waits for', async () => {
	const { queue, request, ask, served } = endpoint(2, { maxUnderWay: 1 });
	const others = repeat(4, () => ask('read', 'x', 'first'));
	await vi.advanceTimersByTimeAsync(0);
	void queue.run(request('sweep'));
	void ask('read', 'ada', 'page');
	void ask('send', 'bo', 'send');
	await vi.advanceTimersByTimeAsync(20_000);
	await Promise.all(others);
	expect(served.filter((name) => name !== 'first')).toEqual(['send', 'page', 'sweep']);
});

test('a person with many requests does not hold up another', async () => {
	const { ask, served } = endpoint(5, { maxUnderWay: 1 });
	for (const answer of repeat(400, () => ask('read', 'eve'))) answer.catch(() => undefined);
	await vi.advanceTimersByTimeAsync(1_000);
	const before = served.length;
	void ask('read', 'ada');
	await vi.advanceTimersByTimeAsync(3_000);
	expect(served.indexOf('ada') - before).toBeLessThanOrEqual(2);
	await vi.advanceTimersByTimeAsync(60_000);
});

test('a request that has begun is finished before others begin', async () => {
	const { queue, request, served } = endpoint(1, { maxUnderWay: 1, maxWaitMs: waits(60_000) });
	const page = (name: string) =>
		askFor({ urgency: 'read', person: name }, async () => {
			for (let n = 1; n <= 3; n++) await queue.run(request(name));
		});
	void Promise.all(['ada', 'bo', 'cy'].map(page));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(served.join(' ')).toMatch(/^(?:(\w+) \1 \1 ?){3}$/);
});

test('a request that cannot leave in time is refused with the time after which to ask again', async () => {
	const { ask } = endpoint(1, { maxWaitMs: waits(2_000) });
	const answers = Promise.allSettled(repeat(30, (n) => ask('read', String(n))));
	await vi.advanceTimersByTimeAsync(2_100);
	const settled = await answers;
	const reasons = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as StoreUnavailable] : []));
	expect(reasons.length).toBeGreaterThan(20);
	for (const reason of reasons) {
		expect(reason).toBeInstanceOf(StoreUnavailable);
		expect(reason.retryAfterMs).toBeGreaterThanOrEqual(1_000);
	}
});

test('the queue is bounded', async () => {
	const { ask } = endpoint(1, { maxWaiting: 10, maxUnderWay: 1 });
	const answers = repeat(20, () => ask('read', 'ada'));
	for (const answer of answers) answer.catch(() => undefined);
	const refused = await Promise.allSettled(answers.slice(11));
	expect(refused.every(({ status }) => status === 'rejected')).toBe(true);
	await vi.advanceTimersByTimeAsync(60_000);
});
