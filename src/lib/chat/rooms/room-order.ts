import type { RoomRow } from './room.ts';

export const ROOM_ORDERS = ['name', 'activity'] as const;
export type RoomOrder = (typeof ROOM_ORDERS)[number];

export const isRoomOrder = (text: unknown): text is RoomOrder => (ROOM_ORDERS as readonly unknown[]).includes(text);

/** Set by the server and by the page's script. */
export const ROOM_ORDER_COOKIE = 'room-order';

/** The slug of the room that was opened last. Set by the server and by the page's script. */
export const LAST_ROOM_COOKIE = 'last-room';

/** A room without messages that the person has never visited: a thousand of them must displace no conversation. */
export const isUnused = ({ last, read }: Pick<RoomRow, 'last' | 'read'>) => !last && read === undefined;

/** In milliseconds since 1970. */
export const activity = (row: Pick<RoomRow, 'last' | 'createdAt'>) => row.last?.timestamp ?? row.createdAt ?? 0;

type Active = Pick<RoomRow, 'last' | 'read' | 'createdAt' | 'quiet'>;
/** Newest activity first; quiet rooms behind, in the order in which they came. */
export const byActivity = (a: Active, b: Active) =>
	Number(isUnused(a)) - Number(isUnused(b)) ||
	Number(a.quiet ?? false) - Number(b.quiet ?? false) ||
	(a.quiet ? 0 : activity(b) - activity(a));

/** The lists in which rooms are shown, each in the given order; direct messages newest first. */
export function sectionsOf<Row extends Omit<RoomRow, 'name' | 'id' | 'slug' | 'count'>>(rooms: readonly Row[]) {
	const sections: Record<'starred' | 'rooms' | 'direct' | 'archived' | 'hidden', Row[]> = {
		...{ starred: [], rooms: [], direct: [] },
		...{ archived: [], hidden: [] }
	};
	for (const row of rooms) sections[sectionOf(row)].push(row);
	sections.direct.sort(byActivity);
	return sections;
}

function sectionOf({ hidden, starred, archived, kind }: Pick<RoomRow, 'hidden' | 'starred' | 'archived' | 'kind'>) {
	if (hidden) return 'hidden';
	if (starred) return 'starred';
	if (archived) return 'archived';
	return kind === 'direct' ? 'direct' : 'rooms';
}
