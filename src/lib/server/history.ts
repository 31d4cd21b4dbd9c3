import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { holesIn, numbers, type Cursor } from '../chat/cursor.ts';
import { BORDER, type Above } from '../chat/grouping.ts';
import { PAGE } from '../chat/limits.ts';
import type { ShownMessage } from '../chat/shown.ts';
import { changesKnown, readChanges, readCounters, withLate } from './logs.ts';
import { isMessage, readShown, type Shown } from './marks.ts';

/** Which messages a page shows: the newest, those before or after a number, or those around one. */
export type Place = { before: number } | { after: number } | { around: number } | undefined;

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

/** How many numbers further a page looks, twice at most, when holes and voids leave it short of messages. */
const FURTHER = [4 * PAGE, 1_000];

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
	return {
		messages: messages.filter(({ n }) => n >= from && n <= to),
		older: from > 1 && head > 0 ? from : undefined,
		newer: to < head ? to : undefined,
		above: before && { n: before.n, person: before.person, sender: before.sender, timestamp: before.timestamp },
		cursor: {
			message: head,
			holes: holes.filter((n) => n >= from && n <= to),
			change: changesKnown(head, changesFrom, changeHead, changes, now)
		}
	};
}

/** So many numbers that were read stand above the first that was not. */
const READ_ABOVE = 10;

/** The newest page, unless what is unread does not fit on it: then the one that begins shortly before that. */
const opensAt = (head: number, read = head): Place =>
	head - read > PAGE ? { after: Math.max(0, read - READ_ABOVE) } : undefined;

interface Window {
	/** The numbers that the page stands for, both included. */
	from: number;
	to: number;
	/** What stands there, and a little below it. */
	found: Shown[];
}

/**
 * The records of the place's window, and beyond it in one direction until there is a page of messages or nothing more.
 * A little more is read below it: what the first message may go on from.
 */
async function readWindow(store: Hpkv, room: string, place: Place, head: number): Promise<Window> {
	const read = (from: number, to: number) => (to < from ? [] : readShown(store, room, Math.max(1, from), to));
	if (place && 'around' in place) {
		const n = Math.min(place.around, head);
		const [from, to] = [Math.max(1, n - PAGE / 2), Math.min(head, n + PAGE / 2 - 1)];
		return { from, to, found: await read(from - BORDER, to) };
	}
	if (place && 'after' in place) {
		const from = place.after + 1;
		let to = Math.min(head, place.after + PAGE);
		let found = await read(from - BORDER, to);
		const messages = () => found.filter(isMessage).filter(({ n }) => n >= from);
		for (const reach of FURTHER) {
			if (messages().length >= PAGE || to >= head) break;
			const next = Math.min(head, to + reach);
			found = [...found, ...(await read(to + 1, next))];
			to = next;
		}
		const last = messages()[PAGE - 1];
		return { from, to: last && messages().length > PAGE ? last.n : to, found };
	}
	const to = place ? Math.min(place.before - 1, head) : head;
	let from = Math.max(1, to - PAGE + 1 - BORDER);
	let found = await read(from, to);
	for (const reach of FURTHER) {
		if (found.filter(isMessage).length >= PAGE || from === 1) break;
		const next = Math.max(1, from - reach);
		found = [...(await read(next, from - 1)), ...found];
		from = next;
	}
	const messages = found.filter(isMessage);
	return { from: messages.length > PAGE ? (messages.at(-PAGE)?.n ?? from) : from, to, found };
}
