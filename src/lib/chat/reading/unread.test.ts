import { expect, test } from 'vitest';
import { countWord, mentionsIn, readByShowing, readUpTo, unreadIn, unreadInAll } from './unread.ts';

test('unread numbers are those given out after the read mark', () => {
	expect(unreadIn({ count: 12, read: 9 })).toBe(3);
	expect(unreadIn({ count: 12, read: 0 })).toBe(12);
	expect(unreadIn({ count: 12, read: 12 })).toBe(0);
	expect(unreadIn({ count: 0, read: 0 })).toBe(0);
});

test('a counter below the read mark, after a restore, gives no negative unread count', () => {
	expect(unreadIn({ count: 3, read: 9 })).toBe(0);
});

test('a room that a person has never visited has no unread messages', () => {
	expect(unreadIn({ count: 5_000 })).toBe(0);
});

test('a mention counts until it is read, also in a room never visited', () => {
	expect(mentionsIn({ mentions: [3, 7, 9], read: 7 })).toBe(1);
	expect(mentionsIn({ mentions: [3, 7, 9], read: 9 })).toBe(0);
	expect(mentionsIn({ mentions: [3, 7, 9] })).toBe(3);
	expect(mentionsIn({ read: 7 })).toBe(0);
});

test('unread counts of several rooms are added', () => {
	expect(unreadInAll([{ count: 5, read: 3 }, { count: 7 }, { count: 4, read: 1 }])).toBe(5);
});

test('a count above ninety-nine is shown as 99+', () => {
	expect([0, 1, 99, 100, 5_000].map(countWord)).toEqual(['0', '1', '99', '99+', '99+']);
});

test('the read mark passes settled numbers and stops before the first hole', () => {
	expect(readUpTo({ message: 10, holes: [], change: 0 })).toBe(10);
	expect(readUpTo({ message: 10, holes: [8, 9], change: 0 })).toBe(7);
	expect(readUpTo({ message: 10, holes: [], change: 0 }, 4)).toBe(4);
	expect(readUpTo({ message: 10, holes: [8], change: 0 }, 4)).toBe(4);
	expect(readUpTo({ message: 0, holes: [], change: 0 })).toBe(0);
});

test('a shown page is read to its end, unless unread messages precede it', () => {
	const page = (older?: number, newer?: number, holes: number[] = []) => ({
		older,
		newer,
		cursor: { message: 200, holes, change: 0 }
	});
	// Continues from the mark.
	expect(readByShowing(page(91, 140), 100)).toBe(140);
	expect(readByShowing(page(141, 190), 140)).toBe(190);
	expect(readByShowing(page(undefined, 50), 0)).toBe(50);
	// Unread messages before the page; the newest page marks the whole room.
	expect(readByShowing(page(111, 160), 100)).toBeUndefined();
	expect(readByShowing(page(151), 100)).toBe(200);
	// Already read.
	expect(readByShowing(page(51, 100), 100)).toBeUndefined();
	expect(readByShowing(page(151), 200)).toBeUndefined();
	// A hole is not counted as shown.
	expect(readByShowing(page(151, undefined, [180]), 100)).toBe(179);
});

test('a first visit sets the read mark to the end of the room, 0 in an empty room', () => {
	const cursor = { message: 200, holes: [], change: 0 };
	expect(readByShowing({ older: 151, cursor })).toBe(200);
	expect(readByShowing({ older: 51, newer: 100, cursor })).toBeUndefined();
	expect(readByShowing({ cursor: { ...cursor, message: 0 } })).toBe(0);
	expect(readByShowing({ cursor: { ...cursor, message: 0 } }, 0)).toBeUndefined();
});
