import { describe, expect, test } from 'vitest';
import type { RoomRow } from './room.ts';
import { sectionsOf } from './room-order.ts';
import { selectRooms } from './room-selection.ts';

const row = (name: string, more: Partial<RoomRow> = {}): RoomRow => ({
	...{ id: name, slug: name, name, createdAt: 0, count: 3, read: 3 },
	last: { n: 3, timestamp: 0 },
	...more
});
const unused = { count: 0, read: undefined, last: undefined };
const names = (rooms: readonly { name: string }[]) => rooms.map(({ name }) => name);

describe('the rooms of a list', () => {
	const rooms = [
		row('a', unused),
		row('b', { archived: true, count: 9 }),
		row('c'),
		row('d'),
		row('e', { count: 4 }),
		row('f', { starred: true }),
		row('g', { mentions: [5], read: 4 }),
		row('h')
	];
	const selected = (size: number, open?: string) => names(selectRooms(rooms, { size, open }));

	test('all are listed where they fit', () => {
		expect(selectRooms(rooms, { size: 8 })).toBe(rooms);
	});

	test('starred rooms and the open one come before unread ones, then the order, unused and archived ones last', () => {
		expect(selected(1)).toEqual(['f']);
		expect(selected(2, 'h')).toEqual(['f', 'h']);
		expect(selected(3)).toEqual(['e', 'f', 'g']);
		expect(selected(4)).toEqual(['c', 'e', 'f', 'g']);
		expect(selected(4, 'b')).toEqual(['b', 'e', 'f', 'g']);
		expect(selected(6)).toEqual(['c', 'd', 'e', 'f', 'g', 'h']);
		expect(selected(7)).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'h']);
	});

	test('starred rooms without news leave half of a list to unread rooms', () => {
		const many = [
			...Array.from({ length: 6 }, (_, i) => row(`star ${i}`, { starred: true, count: i === 5 ? 4 : 3 })),
			...Array.from({ length: 6 }, (_, i) => row(`room ${i}`, { count: i < 3 ? 4 : 3 }))
		];
		const chosen = (size: number) => names(selectRooms(many, { size }));
		expect(chosen(4)).toEqual(['star 0', 'star 1', 'star 5', 'room 0']);
		expect(chosen(8)).toEqual(['star 0', 'star 1', 'star 2', 'star 3', 'star 5', 'room 0', 'room 1', 'room 2']);
	});

	test('a room is in one section: starred before archived, direct messages newest first in one of their own', () => {
		const direct = (id: string, timestamp: number, more = {}) =>
			row(id, { kind: 'direct', read: 0, last: { n: 1, timestamp }, ...more });
		const sections = sectionsOf([
			...[row('a'), row('b', { archived: true }), row('c', { archived: true, starred: true })],
			...[direct('d', 1), direct('e', 3), direct('f', 2, { starred: true })]
		]);
		expect(Object.values(sections).map(names)).toEqual([['c', 'f'], ['a'], ['e', 'd'], ['b'], []]);
	});
});
