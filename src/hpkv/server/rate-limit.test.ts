import { expect, test } from 'vitest';
import { Rate } from './rate-limit.ts';

test('a second’s worth may be spent at once, and comes back steadily', () => {
	const rate = new Rate(10, 0);
	expect(Array.from({ length: 12 }, () => rate.take(0)).filter(Boolean)).toHaveLength(10);
	expect(rate.take(99)).toBe(false);
	expect(rate.take(200)).toBe(true);
	expect(Array.from({ length: 30 }, () => rate.take(60_000)).filter(Boolean)).toHaveLength(10);
});

test('without a rate there is no limit', () => {
	const rate = new Rate(0, 0);
	expect(Array.from({ length: 1_000 }, () => rate.take(0)).every(Boolean)).toBe(true);
});
