import { expect, test } from 'vitest';
import { holesIn, knownChanges, readHoles, runs, SETTLED_AFTER, writeHoles } from './cursor.ts';

const NOW = 1_000_000;

test('a missing number is a hole until a later entry is old enough', () => {
	const young = [
		{ n: 1, timestamp: 0 },
		{ n: 3, timestamp: NOW - SETTLED_AFTER + 1 }
	];
	expect(holesIn([1, 2, 3], young, NOW)).toEqual([2]);
	expect(holesIn([1, 2, 3], young, NOW + 1)).toEqual([]);
});

test('a void has no timestamp, so it settles no hole, and is no hole itself', () => {
	expect(holesIn([1, 2, 3], [{ n: 3 }], NOW)).toEqual([1, 2]);
});

test('numbers after the last entry are holes', () => {
	expect(holesIn([4, 5], [{ n: 3, timestamp: 0 }], NOW)).toEqual([4, 5]);
});

test('changes are known up to the first hole', () => {
	const found = [
		{ n: 4, timestamp: NOW },
		{ n: 6, timestamp: NOW }
	];
	expect(knownChanges(3, 6, found, NOW)).toBe(4);
	expect(knownChanges(3, 6, found, NOW + SETTLED_AFTER)).toBe(6);
	expect(knownChanges(6, 6, [], NOW)).toBe(6);
});

test('holes survive writing to a URL and reading back', () => {
	for (const holes of [[], [7], [3, 4, 5, 9], Array.from({ length: 99 }, (_, i) => 9 + i)]) {
		expect(readHoles(writeHoles(holes), 1_000, 64)).toEqual(holes);
	}
	expect(writeHoles([3, 4, 5, 9])).toBe('3-5,9');
});

test('holes that are too many or malformed are refused', () => {
	for (const text of ['1-9999999', '1-2000,3000']) expect(readHoles(text, 2_000, 64), text).toBe('too-many');
	const scattered = (runs: number) => Array.from({ length: runs }, (_, i) => 2 * i + 1).join(',');
	expect(readHoles(scattered(64), 2_000, 64)).toHaveLength(64);
	expect(readHoles(scattered(65), 2_000, 64)).toBe('too-many');
	for (const text of ['x', '1-', '-3', '1,,2', '9-3-1']) expect(readHoles(text, 2_000, 64), text).toBeUndefined();
});

test('runs group consecutive numbers', () => {
	expect(runs([1, 2, 3, 7, 9, 10])).toEqual([
		[1, 3],
		[7, 7],
		[9, 10]
	]);
});
