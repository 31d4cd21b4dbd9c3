import { expect, test } from 'vitest';
import { countWord, readUpTo, unreadIn, unreadInAll } from './unread.ts';

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
