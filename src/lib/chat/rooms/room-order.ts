/** In which order one person sees the rooms, on the server and in the browser. */
import type { RoomRow } from './room.ts';

/**
 * To those who have never been there, a room that nobody has written in comes after all others: a thousand new rooms push
 * no conversation down. Archived ones come last.
 */
export const rank = ({ archived, last, read }: Pick<RoomRow, 'archived' | 'last' | 'read'>): 0 | 1 | 2 =>
	archived ? 2 : last || read !== undefined ? 0 : 1;

/** When something last happened in a room, in milliseconds since 1970. */
export const activity = (row: RoomRow) => row.last?.timestamp ?? row.createdAt;

/** Newest activity first, within each rank. */
export const byActivity = (a: RoomRow, b: RoomRow) => rank(a) - rank(b) || activity(b) - activity(a);
