/** The order of a person's room list, on the server and in the browser. */
import type { RoomRow } from './room.ts';

/**
 * A room without messages that the person has never visited ranks after all others, so that a thousand new rooms
 * displace no conversation. Archived rooms come last.
 */
export const rank = ({ archived, last, read }: Pick<RoomRow, 'archived' | 'last' | 'read'>): 0 | 1 | 2 =>
	archived ? 2 : last || read !== undefined ? 0 : 1;

/** In milliseconds since 1970. */
export const activity = (row: RoomRow) => row.last?.timestamp ?? row.createdAt;

export const byActivity = (a: RoomRow, b: RoomRow) => rank(a) - rank(b) || activity(b) - activity(a);
