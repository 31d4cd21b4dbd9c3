import { expect, test } from 'vitest';
import { countWord, mentionsIn, readByShowing, readUpTo, unreadIn, unreadInAll } from './unread.ts';

test('what is unread is what was given out after the mark', () => {
	expect(unreadIn({ count: 12, read: 9 })).toBe(3);
	expect(unreadIn({ count: 12, read: 0 })).toBe(12);
	expect(unreadIn({ count: 12, read: 12 })).toBe(0);
	expect(unreadIn({ count: 0, read: 0 })).toBe(0);
});

test('a counter that a restore left behind makes nothing negative', () => {
	expect(unreadIn({ count: 3, read: 9 })).toBe(0);
});

test('a room that somebody has never been to owes them nothing', () => {
	expect(unreadIn({ count: 5_000 })).toBe(0);
});

test('a mention counts until it is read, also where somebody has never been', () => {
	expect(mentionsIn({ mentions: [3, 7, 9], read: 7 })).toBe(1);
	expect(mentionsIn({ mentions: [3, 7, 9], read: 9 })).toBe(0);
	expect(mentionsIn({ mentions: [3, 7, 9] })).toBe(3);
	expect(mentionsIn({ read: 7 })).toBe(0);
});

test('the rooms are counted together', () => {
	expect(unreadInAll([{ count: 5, read: 3 }, { count: 7 }, { count: 4, read: 1 }])).toBe(5);
});

test('above ninety-nine it is many', () => {
	expect([0, 1, 99, 100, 5_000].map(countWord)).toEqual(['0', '1', '99', '99+', '99+']);
});

test('whoever has seen all has read past what came to nothing, and up to what may still come', () => {
	expect(readUpTo({ message: 10, holes: [], change: 0 })).toBe(10);
	expect(readUpTo({ message: 10, holes: [8, 9], change: 0 })).toBe(7);
	expect(readUpTo({ message: 10, holes: [], change: 0 }, 4)).toBe(4);
	expect(readUpTo({ message: 10, holes: [8], change: 0 }, 4)).toBe(4);
	expect(readUpTo({ message: 0, holes: [], change: 0 })).toBe(0);
});

test('whoever is shown a page has read as far as it goes, unless unread ones stand before it', () => {
	const page = (older?: number, newer?: number, holes: number[] = []) => ({
		older,
		newer,
		cursor: { message: 200, holes, change: 0 }
	});
	// On from where they were, with what they knew above it, and on again.
	expect(readByShowing(page(91, 140), 100)).toBe(140);
	expect(readByShowing(page(141, 190), 140)).toBe(190);
	expect(readByShowing(page(undefined, 50), 0)).toBe(50);
	// Passed over; but whoever looks at the end is done with the room.
	expect(readByShowing(page(111, 160), 100)).toBeUndefined();
	expect(readByShowing(page(151), 100)).toBe(200);
	// Read before.
	expect(readByShowing(page(51, 100), 100)).toBeUndefined();
	expect(readByShowing(page(151), 200)).toBeUndefined();
	// What may still come was not shown.
	expect(readByShowing(page(151, undefined, [180]), 100)).toBe(179);
});

test('a first visit reads to the end, and to the beginning of an empty room', () => {
	const cursor = { message: 200, holes: [], change: 0 };
	expect(readByShowing({ older: 151, cursor })).toBe(200);
	expect(readByShowing({ older: 51, newer: 100, cursor })).toBeUndefined();
	expect(readByShowing({ cursor: { ...cursor, message: 0 } })).toBe(0);
	expect(readByShowing({ cursor: { ...cursor, message: 0 } }, 0)).toBeUndefined();
});
