/** Rows of rooms with what is a person's own: unread messages, mentions, stars, levels. */
import { isHidden, isQuiet, type RoomLevel } from '../../chat/rooms/levels.ts';
import { readEveryoneMark } from '../../chat/rooms/everyone-marks.ts';
import { heldIn } from '../rooms/memberships.ts';
import type { ListedRoom } from './list-rooms.ts';
import type { Own } from './own-rooms.ts';

/** What the person of a request has read, is mentioned in, has starred, and wants to be told. */
export interface Marked {
	person: string;
	own?: Own;
	marks: ReadonlyMap<string, number>;
	mentions: ReadonlyMap<string, number[]>;
	stars: ReadonlySet<string>;
	levels: ReadonlyMap<string, RoomLevel>;
	/** Milliseconds since 1970. Read where a room that the person never visited has a mark of everyone; absent for guests. */
	joinedAt?: number;
}

/** Who was let into a private room from now on gets no preview from before. */
export function withoutEarlier(row: ListedRoom, { memberships }: Own): ListedRoom {
	if (row.kind !== 'private' || !row.last) return row;
	const { from = Infinity } = heldIn(memberships.get(row.id), row) ?? {};
	return row.last.n < from ? { ...row, last: undefined } : row;
}

/**
 * Ascending. Those of everyone count from what the person may read on; in an open room that they have never visited, from when
 * they joined the place. A guest who was not let into an open room is told nothing of it.
 */
function unreadMentions(row: ListedRoom, read: number | undefined, marked: Marked): number[] | undefined {
	const { id, kind, everyone } = row;
	const { person, mentions, own, joinedAt } = marked;
	const mine = mentions.get(id)?.filter((n) => n > (read ?? 0));
	if (!everyone) return mine;
	const held = heldIn(own?.memberships.get(id), row);
	const isNew = kind === undefined && read === undefined;
	if (isNew && joinedAt === undefined && !held) return mine;
	const from = kind === 'private' ? (held?.from ?? Infinity) : 1;
	const since = isNew ? (joinedAt ?? held?.since ?? 0) : 0;
	const others = Object.entries(everyone).filter(([, mark]) => {
		const { person: sender, timestamp } = readEveryoneMark(mark);
		return sender !== person && timestamp >= since - (since % 1_000);
	});
	const all = others.map(([n]) => Number(n)).filter((n) => n >= from && n > (read ?? 0));
	return all.length === 0 ? mine : [...new Set([...(mine ?? []), ...all])].sort((a, b) => a - b);
}

export function withMarks(row: ListedRoom, marked: Marked, now: number): ListedRoom {
	const { marks, stars, levels } = marked;
	const { id, kind, count } = row;
	const mark = marks.get(id);
	const chosen = levels.get(id);
	// Most rooms of a large place: the person has nothing there but, perhaps, a visit.
	if (kind === undefined && !chosen && !row.everyone && !marked.mentions.has(id) && !stars.has(id)) {
		return mark === undefined ? row : { ...row, read: mark };
	}
	const added = kind === 'private' && mark === undefined ? heldIn(marked.own?.memberships.get(id), row)?.at : undefined;
	// Direct messages are for their people: unread before the first visit, too. In a private room, what came since the adding is.
	const read = mark ?? (kind === 'direct' ? 0 : added);
	const unread = unreadMentions(row, read, marked);
	const own = {
		...row,
		read,
		mentions: unread,
		starred: stars.has(id),
		unvisited: added === undefined ? undefined : (true as const)
	};
	if (!chosen) return own;
	const { level, mutedUntil } = chosen;
	const endsQuiet = !isQuiet(kind, { ...chosen, mutedUntil: undefined }, now);
	return {
		...own,
		level,
		quiet: isQuiet(kind, chosen, now),
		mutedUntil: endsQuiet ? mutedUntil : undefined,
		hidden: isHidden({ kind, count, mentions: unread }, chosen)
	};
}
