import type { Hpkv } from '../../../hpkv/port.ts';
import { holesIn, numbers, type Cursor } from '../../chat/reading/cursor.ts';
import type { Above } from '../../chat/messages/message-rows.ts';
import { PAGE } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Change } from '../../chat/messages/change.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { changedAt, changesKnown, readChanges, readCounters, withLate } from './message-log.ts';
import { isMessage } from '../messages/annotations.ts';
import { lineOf } from '../messages/room-line.ts';
import { readRange } from '../storage/ranges.ts';
import { readWindow, type Place } from './page-window.ts';

export type { Place };

export interface Page {
	messages: ShownMessage[];
	/** `?before=` of the previous page; undefined on the first page. */
	older?: number;
	/** `?after=` of the next page; undefined on the newest page. */
	newer?: number;
	/** The message just above, if at most BORDER numbers away, whose group the first may continue. */
	above?: Above;
	/** In a room without messages: what has happened in it, as a change of the first message. */
	early?: Change[];
	cursor: Cursor;
}

/** Newest changes that a page searches for messages announced as late. */
const RECENT_CHANGES = 20;

export interface Reader {
	/** The first number that the reader may read. */
	first?: number;
	/** Without a place, the page opens at this number. */
	mark?: Promise<number | undefined>;
}

/** Two dependent round trips, up to four where most numbers are void. */
export async function readPage(
	store: Hpkv,
	room: string,
	place: Place,
	now: number,
	{ first: begin = 1, mark }: Reader = {}
): Promise<Page> {
	const [[head, changeHead], read] = await Promise.all([readCounters(store, room), mark]);
	place ??= opensAt(head, read);
	const changesFrom = Math.max(0, changeHead - RECENT_CHANGES);
	const [{ from, to, found }, changes, lines] = await Promise.all([
		readWindow(store, room, place, head, begin),
		readChanges(store, room, changesFrom, changeHead),
		head === 0 && begin === 1 && changeHead > 0 ? readRange(store, keys.lines(room, 1)) : []
	]);
	const line = lineOf(lines);
	const messages = found.filter(isMessage);
	const first = messages.findIndex(({ n }) => n >= from);
	const before = messages[first - 1];
	const holes = withLate(holesIn(numbers(from, to), found, now), changes, found, now);
	const change = changesKnown(head, changesFrom, changeHead, changes, now);
	return {
		messages: messages.filter(({ n }) => n >= from && n <= to),
		older: from > begin && head > 0 ? from : undefined,
		newer: to < head ? to : undefined,
		above: before && { n: before.n, person: before.person, sender: before.sender, timestamp: before.timestamp },
		...(line && { early: [{ kind: 'line', n: 1, timestamp: now, ...line }] }),
		cursor: {
			message: head,
			holes: holes.filter((n) => n >= from && n <= to),
			change,
			changedAt: changedAt(changes, change)
		}
	};
}

const READ_ABOVE = 10;

/** The newest page, or, if the unread messages do not fit on it, the page that begins READ_ABOVE numbers before them. */
const opensAt = (head: number, read = head): Place =>
	head - read > PAGE ? { after: Math.max(0, read - READ_ABOVE) } : undefined;
