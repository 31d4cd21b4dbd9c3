import { describe, expect, test } from 'vitest';
import { heldRow, isAtEnd, nearEdge } from './scroll-geometry.ts';
import { centred } from './scroll-to.ts';

test('an offset within a hundred pixels of the end is the end, in either direction', () => {
	expect([0, 100, 101, -100, -101].map(isAtEnd)).toEqual([true, true, false, true, false]);
});

describe('the row that is held', () => {
	const held = (tops: number[], height = 500) => heldRow(tops.length, (row) => tops[row] ?? NaN, height);

	test('the held row is the first that begins in view', () => {
		expect(held([-120, -40, 30, 90])).toBe(2);
		expect(held([-120, 0, 30])).toBe(1);
		expect(held([10, 60])).toBe(0);
	});
	test('the held row is the one that fills the view, where none begins there', () => {
		expect(held([-900, -300, 700])).toBe(1);
		expect(held([-900, -300])).toBe(1);
	});
	test('the held row is the first, where all rows are below the view', () => {
		expect(held([600, 700])).toBe(0);
	});
	test('the held row is found among three hundred with at most 12 measurements', () => {
		let looks = 0;
		const row = heldRow(300, (row) => (looks++, row * 40 - 6_010), 500);
		expect([row, looks <= 12]).toEqual([151, true]);
	});
});

test('a target is centred, and begins at the top where it is higher than the view', () => {
	expect([centred(100, 500), centred(500, 500), centred(900, 500)]).toEqual([200, 0, 0]);
});

test('the nearer end asks for more when it is less than a view away', () => {
	expect(nearEdge(400, 2_000, 500)).toBe('older');
	expect(nearEdge(2_000, 400, 500)).toBe('newer');
	expect(nearEdge(100, 50, 500)).toBe('newer');
	expect(nearEdge(600, 600, 500)).toBeUndefined();
});
