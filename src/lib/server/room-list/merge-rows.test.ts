import { expect, test } from 'vitest';
import { byName, type ListedRoom } from './list-rooms.ts';
import { mergeRows } from './merge-rows.ts';

const row = (name: string, more: Partial<ListedRoom> = {}) => ({ id: name, slug: name, name, ...more }) as ListedRoom;
const names = (rows: readonly ListedRoom[]) => rows.map(({ name }) => name).join(' ');

test('a person’s own rooms stand in the order of the directory, each room once', () => {
	const rows = ['Attic', 'Cellar', 'Kitchen', 'Study'].map((name) => row(name));
	expect(names(mergeRows(rows, [], byName))).toBe('Attic Cellar Kitchen Study');
	expect(names(mergeRows([], [row('Loft'), row('Barn')], byName))).toBe('Barn Loft');
	const mine = ['Zoo', 'Larder', 'Aisle', 'Lab'].map((name) => row(name));
	expect(names(mergeRows(rows, mine, byName))).toBe('Aisle Attic Cellar Kitchen Lab Larder Study Zoo');
	// That of the directory.
	const merged = mergeRows(rows, [row('Kitchen', { kind: 'private' })], byName);
	expect(names(merged)).toBe('Attic Cellar Kitchen Study');
	expect(merged[2]?.kind).toBeUndefined();
});
