/** Unread counts. They may be too high, never too low. */
import type { Cursor } from './cursor.ts';

export interface ReadMark {
	room: string;
	n: number;
	/** The person moved the mark back: later messages are unread again. */
	back?: true;
}

interface Standing {
	count: number;
	/** The read mark; absent where the person has never visited the room. */
	read?: number;
	mentions?: readonly number[];
	/** As in lib/chat/rooms/levels.ts. */
	level?: string;
	quiet?: boolean;
}

/** A room that the person has never visited has no unread messages, and a quiet one shows none. */
export const unreadIn = ({ count, read = count, quiet }: Standing) => (quiet ? 0 : Math.max(0, count - read));

export const mentionsIn = ({ mentions = [], read = 0, level }: Omit<Standing, 'count'>) =>
	level === 'nothing' ? 0 : mentions.filter((n) => n > read).length;

/** Whether a list shows the room in bold: for unread messages, mentions, or because the person was added and has not opened it. */
export const wantsAttention = (room: Standing & { unvisited?: true }): boolean =>
	room.unvisited === true || unreadIn(room) + mentionsIn(room) > 0;

/** What the title counts. In a quiet room, mentions are all that is unread. */
export const countIn = (room: Standing) => Math.max(unreadIn(room), mentionsIn(room));

export const unreadInAll = (rooms: readonly Standing[]) => rooms.reduce((sum, room) => sum + countIn(room), 0);

export const MANY = 99;

export const countWord = (n: number) => (n > MANY ? `${MANY}+` : String(n));

/** The read mark after seeing all messages up to `n`: it stops before the first hole and passes settled numbers. */
export function readUpTo({ message, holes }: Cursor, n = message): number {
	return Math.min(n, ...holes.map((hole) => hole - 1));
}

/** `older` and `newer` are the first and last number of the page, each absent at that end of the room. */
interface Shown {
	older?: number;
	newer?: number;
	cursor: Cursor;
}

/**
 * The new read mark when a page is shown without a script; undefined if it does not move forward. A page counts if it
 * continues from `mark` or ends at the newest message: any other leaves unread messages before it. `mark` is absent
 * before the first visit.
 */
export function readByShowing({ older = 1, newer, cursor }: Shown, mark?: number): number | undefined {
	const continuedFrom = mark !== undefined && older <= mark + 1;
	const shown = readUpTo(cursor, newer);
	return (continuedFrom || newer === undefined) && shown > (mark ?? -1) ? shown : undefined;
}
