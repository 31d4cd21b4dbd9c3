import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { Change } from '../chat/change.ts';
import { holesIn, knownChanges, numbers, runs, SETTLED_AFTER, type Cursor } from '../chat/cursor.ts';
import { keys } from '../chat/keys.ts';
import { BORDER, type Above } from '../chat/grouping.ts';
import { PAGE } from '../chat/limits.ts';
import type { ShownMessage } from '../chat/shown.ts';
import { isMessage, readShown, type Shown } from './marks.ts';
import { parsed } from './parsed.ts';
import { readRange } from './ranges.ts';

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
			change: beforeUnseen(head, changes, knownChanges(changesFrom, changeHead, changes.map(at), now))
		}
	};
}

/** What a reader lacks. */
export interface News {
	/** The time here, in milliseconds since 1970: what is settled is decided by the clock that wrote the timestamps. */
	now: number;
	messages: ShownMessage[];
	/** What happened to messages since, ascending. */
	changes: Change[];
	/** Where the reader stands once it has these. */
	cursor: Cursor;
}

/** A reader further behind than this opens the newest page instead. */
export const TOO_FAR = 2_000;

/** What a reader at this cursor lacks, or `too-far`. */
export async function readSince(store: Hpkv, room: string, cursor: Cursor, now: number): Promise<News | 'too-far'> {
	const [head, changeHead] = await readCounters(store, room);
	if (head - cursor.message > TOO_FAR || changeHead - cursor.change > TOO_FAR) return 'too-far';
	const lacking = [...new Set([...cursor.holes, ...numbers(cursor.message + 1, head)])].sort((a, b) => a - b);
	// The entry it stands at is read as well: its time may settle the holes before it.
	const wanted = runs([...new Set([...lacking, cursor.message])].sort((a, b) => a - b));
	const [ranges, changes] = await Promise.all([
		Promise.all(wanted.map(([from, to]) => readShown(store, room, from, to))),
		readChanges(store, room, cursor.change, changeHead)
	]);
	const found = ranges.flat();
	const here = new Set(found.map(({ n }) => n));
	const late = [...new Set(changes.filter(({ kind }) => kind === 'late').map(({ n }) => n))].filter(
		(n) => !here.has(n)
	);
	found.push(...(await Promise.all(late.map((n) => readShown(store, room, n, n)))).flat());

	const asked = new Set([...lacking, ...late]);
	return {
		now,
		messages: found.filter(isMessage).filter(({ n }) => asked.has(n)),
		changes,
		cursor: {
			message: Math.max(cursor.message, head),
			holes: withLate(holesIn(lacking, found, now), changes, found, now),
			change: beforeUnseen(head, changes, knownChanges(cursor.change, changeHead, changes.map(at), now))
		}
	};
}

/** Read before any range: what is given out later is another page's, or is asked for. */
async function readCounters(store: Hpkv, room: string): Promise<[messages: number, changes: number]> {
	const [messages, changes] = await Promise.all([
		store.get(keys.messageCount(room)),
		store.get(keys.changeCount(room))
	]);
	return [Number(messages ?? 0), Number(changes ?? 0)];
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

async function readChanges(store: Hpkv, room: string, after: number, head: number): Promise<Change[]> {
	if (head <= after) return [];
	const records = await readRange(store, keys.changes(room, after + 1, head));
	return records.flatMap(({ value }) => parsed(Change, value) ?? []);
}

/** A message announced as late and not there yet is a hole, however old its number is. */
function withLate(holes: number[], changes: Change[], found: Shown[], now: number): number[] {
	const present = new Set(found.map(({ n }) => n));
	const coming = changes.filter(
		({ kind, n, timestamp }) => kind === 'late' && timestamp > now - SETTLED_AFTER && !present.has(n)
	);
	return [...new Set([...holes, ...coming.map(({ n }) => n)])].sort((a, b) => a - b);
}

/**
 * The two counters are read at once, so a message can be sent and changed between: its change is left for the next
 * question, since the message itself will be pushed as it was sent.
 */
function beforeUnseen(head: number, changes: Change[], known: number): number {
	const unseen = changes.find(({ n }) => n > head);
	return unseen ? Math.min(known, unseen.m - 1) : known;
}

const at = ({ m, timestamp }: Change) => ({ n: m, timestamp });
