import { expect, test } from 'vitest';
import { backoff } from './backoff.ts';

test('the bound doubles from half a second to half a minute and stays there for ever', () => {
	const bounds = [1, 2, 3, 6, 7, 8, 100, 5_000].map((failures) => backoff(failures, undefined, () => 1));
	expect(bounds).toEqual([500, 1_000, 2_000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test('the whole span is random', () => {
	expect(backoff(3, undefined, () => 0)).toBe(0);
	expect(backoff(3, undefined, () => 0.5)).toBe(1_000);
});
