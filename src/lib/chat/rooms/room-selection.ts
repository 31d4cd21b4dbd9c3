import { ROOMS_ON_PAGE } from '../limits.ts';
import type { RoomRow } from './room.ts';
import { isUnused } from './room-order.ts';
import { wantsAttention } from '../reading/unread.ts';

export const isAmongDirect = ({ kind, starred }: Pick<RoomRow, 'kind' | 'starred'>) => kind === 'direct' && !starred;

type Selectable = Pick<RoomRow, 'slug' | 'kind' | 'last' | 'archived' | 'starred' | 'hidden'> &
	Parameters<typeof wantsAttention>[0];

/** At most `size` rooms, in the given order: open and starred, then unread, then the first of the order, unused and archived last. */
export function selectRooms<Row extends Selectable>(
	rooms: readonly Row[],
	{ size, open }: { size: number; open?: string }
): readonly Row[] {
	if (rooms.length <= size) return rooms;
	const ranks: [Row[], Row[], Row[], Row[], Row[], Row[]] = [[], [], [], [], [], []];
	for (const row of rooms) ranks[rank(row, open)].push(row);
	const [first, stars, unread, ...others] = ranks;
	// Stars alone do not fill a list: unread rooms have half of it.
	const half = Math.ceil(size / 2);
	const inTurn = [first, stars.slice(0, half), unread, stars.slice(half), ...others].flat();
	const chosen = new Set(inTurn.slice(0, size));
	return rooms.filter((row) => chosen.has(row));
}

/** Those of the listed rooms that `/` shows: rows with previews are long. @param more whether there are rooms beside the listed ones */
export const shownAtHome = <Row extends Selectable>(listed: readonly Row[], more: boolean): readonly Row[] =>
	more
		? [
				...selectRooms(
					listed.filter((row) => !isAmongDirect(row)),
					{ size: ROOMS_ON_PAGE }
				),
				...listed.filter(isAmongDirect)
			]
		: listed;

function rank(row: Selectable, open: string | undefined): 0 | 1 | 2 | 3 | 4 | 5 {
	const isUnread = wantsAttention(row);
	if (row.slug === open || (row.starred && isUnread)) return 0;
	if (row.starred) return 1;
	if (row.archived || row.hidden) return 5;
	if (isUnread) return 2;
	return isUnused(row) ? 4 : 3;
}
