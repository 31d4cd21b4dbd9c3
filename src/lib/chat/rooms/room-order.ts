/** The order of a person's room list, on the server and in the browser. */
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

/** Newest activity first. */
export const byActivity = (a: RoomRow, b: RoomRow) =>
	Number(isUnused(a)) - Number(isUnused(b)) || activity(b) - activity(a);

/** The lists in which rooms are shown, each in the given order. */
export function sectionsOf<Row extends Pick<RoomRow, 'starred' | 'archived'>>(rooms: readonly Row[]) {
	const sections: Record<'starred' | 'rooms' | 'archived', Row[]> = { starred: [], rooms: [], archived: [] };
	for (const row of rooms) sections[row.starred ? 'starred' : row.archived ? 'archived' : 'rooms'].push(row);
	return sections;
}
