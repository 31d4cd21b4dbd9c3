import { expect, test } from 'vitest';
import { matchRooms } from './room-search.ts';

const rooms = [
	{ name: 'Kitchen', count: 3, read: 3 },
	{ name: 'The attic', count: 0 },
	{ name: 'Café', count: 9, read: 2 },
	{ name: 'Thicket', count: 1, read: 0 }
];
const found = (typed: string) => matchRooms(rooms, typed).map(({ name }) => name);

test('an empty search lists unread rooms first, the others in their order', () => {
	expect(found('')).toEqual(['Café', 'Thicket', 'Kitchen', 'The attic']);
});

test('rooms are found by the beginning of their name, then of a word, then by any part', () => {
	expect(found('t')).toEqual(['Thicket', 'The attic', 'Kitchen']);
	expect(found('att')).toEqual(['The attic']);
	expect(found('ick')).toEqual(['Thicket']);
});

test('accents and case do not matter, and an unknown name finds no room', () => {
	expect(found('CAFE')).toEqual(['Café']);
	expect(found(' cellar ')).toEqual([]);
});

test('twelve rooms are offered at most', () => {
	const many = Array.from({ length: 30 }, (_, i) => ({ name: `Room ${i}`, count: 0 }));
	expect(matchRooms(many, 'room')).toHaveLength(12);
});
