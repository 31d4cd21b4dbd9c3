import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Batch, BATCH_INTERVAL_MS } from './batch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function batch() {
	const handedOn: (readonly number[])[] = [];
	return { handedOn, batch: new Batch<number>((items) => handedOn.push(items)) };
}

test('a batch delivers the first item at once, and those that follow together, in order', () => {
	const { handedOn, batch: of } = batch();
	for (const n of [1, 2, 3]) of.add(n);
	expect(handedOn).toEqual([[1]]);
	vi.advanceTimersByTime(BATCH_INTERVAL_MS);
	expect(handedOn).toEqual([[1], [2, 3]]);
	of.add(4);
	expect(handedOn).toHaveLength(2);
	vi.advanceTimersByTime(2 * BATCH_INTERVAL_MS);
	of.add(5);
	expect(handedOn).toEqual([[1], [2, 3], [4], [5]]);
});

test('a batch delivers each item once, in order, however many come', () => {
	const handedOn: number[] = [];
	const of = new Batch<number>((items) => handedOn.push(...items));
	const sent = Array.from({ length: 1_000 }, (_, n) => n);
	for (const n of sent) {
		of.add(n);
		vi.advanceTimersByTime(20);
	}
	vi.advanceTimersByTime(BATCH_INTERVAL_MS);
	expect(handedOn).toEqual(sent);
});

test('a cleared batch delivers no waiting item', () => {
	const { handedOn, batch: of } = batch();
	of.add(1);
	of.add(2);
	of.clear();
	vi.advanceTimersByTime(BATCH_INTERVAL_MS);
	expect(handedOn).toEqual([[1]]);
});
