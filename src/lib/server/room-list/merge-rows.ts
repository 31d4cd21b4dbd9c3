import type { ListedRoom } from './list-rooms.ts';

/**
 * Both in their order, those of `rows` where a room is in both: one that was created private, opened and made private again is in the
 * directory as well. `rows` are sorted, and many; `mine` are few.
 */
export function mergeRows(
	rows: readonly ListedRoom[],
	mine: readonly ListedRoom[],
	compare: (a: ListedRoom, b: ListedRoom) => number
): readonly ListedRoom[] {
	if (mine.length === 0) return rows;
	const left = new Map(mine.map((row) => [row.id, row]));
	for (const { id } of rows) left.delete(id);
	const all: ListedRoom[] = [];
	let from = 0;
	for (const row of [...left.values()].sort(compare)) {
		let [low, high] = [from, rows.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if (compare(rows[middle] as ListedRoom, row) < 0) low = middle + 1;
			else high = middle;
		}
		all.push(...rows.slice(from, low), row);
		from = low;
	}
	return all.concat(rows.slice(from));
}
