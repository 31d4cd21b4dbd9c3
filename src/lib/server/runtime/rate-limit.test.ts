import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

test('a rate limit passes a burst, then its rate a second, and returns the seconds to wait', () => {
	const limit = new RateLimit(3, 0.5);
	expect([1, 2, 3].map(() => limit.take('ada', 0))).toEqual([0, 0, 0]);
	expect(limit.take('ada', 0)).toBe(2);
	expect(limit.take('ada', 1_000)).toBe(1);
	expect(limit.take('ada', 2_000)).toBe(0);
	expect(limit.take('ada', 2_000)).toBe(2);
	expect(limit.take('grace', 0)).toBe(0);
});

test('a rate limit holds no more tokens than the burst, however long it was unused', () => {
	const limit = new RateLimit(2, 1);
	expect([limit.take('ada', 0), limit.take('ada', 1e9), limit.take('ada', 1e9)]).toEqual([0, 0, 0]);
	expect(limit.take('ada', 1e9)).toBe(1);
});

test('a rate limit stores a bounded number of keys, and forgets the least recently used', () => {
	const limit = new RateLimit(1, 0.001, 2);
	limit.take('ada', 0);
	limit.take('grace', 0);
	limit.take('lin', 0);
	expect(limit.take('lin', 1)).toBeGreaterThan(0);
	expect(limit.take('ada', 1)).toBe(0);
});

test('nodes that share a limit give a part of it each, and at least one at once', () => {
	const limit = new RateLimit(4, 1);
	limit.share(2);
	expect([1, 2, 3].map(() => limit.take('ada', 0))).toEqual([0, 0, 2]);
	limit.share(8);
	expect([limit.take('bea', 0), limit.take('bea', 0)]).toEqual([0, 8]);
	limit.share(1);
	expect([1, 2, 3, 4, 5].map(() => limit.take('cy', 0))).toEqual([0, 0, 0, 0, 1]);
});
