import { expect, test } from 'vitest';
import { KeysInOrder } from './keys-in-order.ts';
import type { Waiting } from './operation.ts';

const append = (number: number, since: number): Waiting => ({
	ask: { kind: 'append', value: `;${number}` },
	number,
	since,
	settled: Promise.resolve(),
	resolve: () => {},
	reject: () => {}
});

test('operations that wait for a connection to be opened are not too old, and no other connection gets them', () => {
	const keys = new KeysInOrder(() => {});
	keys.add('a', append(1, 0));
	keys.add('a', append(2, 90));
	const [queue] = keys.take('put', 10);
	expect(keys.removeOlder(50)).toEqual([]);
	expect(keys.has('put')).toBe(false);
	expect(queue?.waiting.map(({ number }) => number)).toEqual([1, 2]);
	// The connection could not be opened.
	if (queue) keys.done(queue);
	expect(keys.removeOlder(50).map(({ number }) => number)).toEqual([1]);
	expect(keys.take('put', 10).flatMap(({ waiting }) => waiting.map(({ number }) => number))).toEqual([2]);
});

test('operations behind those that are carried out become too old, and those do not', () => {
	const keys = new KeysInOrder(() => {});
	keys.add('a', append(1, 0));
	keys.add('a', append(2, 0));
	const [queue] = keys.take('put', 10);
	if (!queue) throw new Error('Nothing is ready');
	queue.taken = 1;
	expect(keys.removeOlder(50).map(({ number }) => number)).toEqual([2]);
	keys.done(queue);
	expect(keys.isEmpty).toBe(true);
});
