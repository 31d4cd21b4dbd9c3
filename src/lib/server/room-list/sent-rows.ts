/** Rows of rooms as a page or an answer has them: which are listed, and their members for the browser. */
import { LISTED_DIRECT, LISTED_ROOMS, ROOMS_ON_PAGE } from '../../chat/limits.ts';
import type { RoomRow } from '../../chat/rooms/room.ts';
import type { RoomOrder } from '../../chat/rooms/room-order.ts';
import { isAmongDirect, selectRooms } from '../../chat/rooms/room-selection.ts';
import { MANY, unreadInAll } from '../../chat/reading/unread.ts';
import { newestFirst, type ListedRoom } from './list-rooms.ts';

/** The rooms of every page's list. `now`: server time in milliseconds since 1970. */
export interface RoomsNow {
	/** In the person's order. */
	rooms: RoomRow[];
	order: RoomOrder;
	/** Unread messages in the rooms that are not listed, and whether direct messages are among these; absent where all are listed. */
	more?: { unread: number; messages?: true };
	now: number;
}

/** One page of all rooms, with previews; `page` from 1 on. */
export interface RoomsPage {
	rooms: RoomRow[];
	page: number;
	pages: number;
}

export function pageOf(rows: readonly ListedRoom[], page: number): RoomsPage {
	const pages = Math.max(1, Math.ceil(rows.length / ROOMS_ON_PAGE));
	const shown = Math.min(Math.max(1, page), pages);
	const from = (shown - 1) * ROOMS_ON_PAGE;
	return { rooms: rows.slice(from, from + ROOMS_ON_PAGE).map((row) => sent(row, true)), page: shown, pages };
}

/** The rooms of a page's list, in the given order. Direct messages and rooms do not displace each other. */
export function chooseListed(rows: readonly ListedRoom[], open?: string): readonly ListedRoom[] {
	const [rooms, direct]: [ListedRoom[], ListedRoom[]] = [[], []];
	for (const row of rows) if (!row.hidden || row.slug === open) (isAmongDirect(row) ? direct : rooms).push(row);
	const listed = selectRooms(rooms, { size: LISTED_ROOMS, open });
	if (direct.length === 0) return listed;
	const newest = selectRooms(direct.sort(newestFirst), { size: LISTED_DIRECT, open });
	const chosen = new Set([...listed, ...newest]);
	return rows.filter((row) => chosen.has(row));
}

export function listed(
	order: RoomOrder,
	rows: readonly ListedRoom[],
	{ open, previews }: { open?: string; previews?: boolean }
): RoomsNow {
	const chosen = chooseListed(rows, open);
	const list: RoomsNow = {
		rooms: chosen.map((row) => sent(row, previews)),
		order,
		now: Date.now()
	};
	if (chosen.length < rows.length) {
		const shown = new Set(chosen);
		const others = rows.filter((row) => !shown.has(row));
		list.more = { unread: unreadInAll(others) };
		if (others.some(isAmongDirect)) list.more.messages = true;
	}
	return list;
}

/** The row as the browser gets it, without absent members: in a page's data each would cost bytes. */
export function sent(row: ListedRoom, previews = false): RoomRow {
	const { id, slug, name, kind, person, others, createdAt, last, count, read, mentions, archived, starred } = row;
	const { level, quiet, mutedUntil, hidden, unvisited } = row;
	const short: RoomRow = { id, slug, name, count };
	if (kind) short.kind = kind;
	if (person) short.person = person;
	if (others) short.others = others;
	if (last) short.last = previews ? last : { n: last.n, timestamp: last.timestamp };
	else short.createdAt = createdAt;
	if (read !== undefined) short.read = read;
	if (mentions?.length) short.mentions = mentions.slice(-MANY - 1);
	if (archived) short.archived = true;
	if (starred) short.starred = true;
	if (level) short.level = level;
	if (quiet) short.quiet = true;
	if (quiet && mutedUntil !== undefined) short.mutedUntil = mutedUntil;
	if (hidden) short.hidden = true;
	if (unvisited) short.unvisited = true;
	return short;
}
