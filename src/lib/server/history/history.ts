import type { Hpkv } from '../../../hpkv/port.ts';
import { holesIn, numbers, type Cursor } from '../../chat/reading/cursor.ts';
import type { Above } from '../../chat/messages/message-rows.ts';
import { PAGE } from '../../chat/limits.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import { changedAt, changesKnown, readChanges, readCounters, withLate } from './message-log.ts';
import { isMessage } from '../messages/annotations.ts';
import { readWindow, type Place } from './page-window.ts';

export type { Place };

/** A page of a room, ascending: all that stands between two numbers. */
export interface Page {
	messages: ShownMessage[];
	/** The page before this one is the one before this number; a page without it begins with the room. */
	older?: number;
	/** The page after this one is the one after this number; a page without it ends at the newest message. */
	newer?: number;
	/** The message before the first, when it is near enough: the first may go on where it ended. */
	above?: Above;
	cursor: Cursor;
}

/** The newest changes a page looks through for messages that are about to come late. */
const RECENT_CHANGES = 20;

/**
 * A page: both counters, then its ranges, of messages and of what happened to them. Two dependent round trips, up to four
 * where most numbers came to nothing.
 * @param mark how far its reader has read, asked for beside the counters: without a place, the page opens there
 */
export async function readPage(
	store: Hpkv,
	room: string,
	place: Place,
	now: number,
	mark?: Promise<number | undefined>
): Promise<Page> {
	const [[head, changeHead], read] = await Promise.all([readCounters(store, room), mark]);
	place ??= opensAt(head, read);
	const changesFrom = Math.max(0, changeHead - RECENT_CHANGES);
	const [{ from, to, found }, changes] = await Promise.all([
		readWindow(store, room, place, head),
		readChanges(store, room, changesFrom, changeHead)
	]);
	const messages = found.filter(isMessage);
	const first = messages.findIndex(({ n }) => n >= from);
	const before = messages[first - 1];
	const holes = withLate(holesIn(numbers(from, to), found, now), changes, found, now);
	const change = changesKnown(head, changesFrom, changeHead, changes, now);
	return {
		messages: messages.filter(({ n }) => n >= from && n <= to),
		older: from > 1 && head > 0 ? from : undefined,
		newer: to < head ? to : undefined,
		above: before && { n: before.n, person: before.person, sender: before.sender, timestamp: before.timestamp },
		cursor: {
			message: head,
			holes: holes.filter((n) => n >= from && n <= to),
			change,
			changedAt: changedAt(changes, change)
		}
	};
}

/** So many numbers that were read stand above the first that was not. */
const READ_ABOVE = 10;

/** The newest page, unless what is unread does not fit on it: then the one that begins shortly before that. */
const opensAt = (head: number, read = head): Place =>
	head - read > PAGE ? { after: Math.max(0, read - READ_ABOVE) } : undefined;
