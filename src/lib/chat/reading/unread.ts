/** What a person has not read: never too few. */
import type { Cursor } from './cursor.ts';

/** How far somebody has read in a room, as all their pages hear it. */
export interface ReadMark {
	room: string;
	/** The last number read. */
	n: number;
	/** Put back by hand: what follows shall be unread again. */
	back?: true;
}

/** What is known of a person and a room. */
interface Standing {
	/** How many message numbers the room gave out. */
	count: number;
	/** The last one they have read; nothing, where they have never been. */
	read?: number;
}

/** A room that somebody has never been to owes them nothing. */
export const unreadIn = ({ count, read = count }: Standing) => Math.max(0, count - read);

/** How many of the messages that mention somebody they have not read: also in a room where they have never been. */
export const mentionsIn = ({ mentions = [], read = 0 }: { mentions?: readonly number[]; read?: number }) =>
	mentions.filter((n) => n > read).length;

/** All that is unread, of several rooms. */
export const unreadInAll = (rooms: readonly Standing[]) => rooms.reduce((sum, room) => sum + unreadIn(room), 0);

/** Past this a number says no more than that there is much. */
export const MANY = 99;

export const countWord = (n: number) => (n > MANY ? `${MANY}+` : String(n));

/**
 * How far somebody has read who has seen all up to `n`: to the first hole, for a message may still come there, and past
 * what is settled, where there was nothing to see.
 * @param n the newest number on screen; without it, they have seen all there is
 */
export function readUpTo({ message, holes }: Cursor, n = message): number {
	return Math.min(n, ...holes.map((hole) => hole - 1));
}

/** A page of a room: what stands between two numbers, and whether there is more on either side. */
interface Shown {
	older?: number;
	newer?: number;
	cursor: Cursor;
}

/**
 * How far a page reads its room by being shown, to somebody whose browser runs no script that says what they saw: as far as
 * it goes, where it goes on from what they have read or has the end of the room. Another leaves unread ones before it.
 * @param mark how far they had read; nothing, where they have never been
 * @returns nothing, where they have read as far already
 */
export function readByShowing({ older = 1, newer, cursor }: Shown, mark?: number): number | undefined {
	const continuedFrom = mark !== undefined && older <= mark + 1;
	const shown = readUpTo(cursor, newer);
	return (continuedFrom || newer === undefined) && shown > (mark ?? -1) ? shown : undefined;
}
