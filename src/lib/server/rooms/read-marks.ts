/**
 * How far a person has read. One number for a person and a room, the only value here that the last writer sets: a mark
 * that two tabs set at once is one of theirs, and each of them counts on.
 *
 * What it costs: one operation more for each room page (the mark), one range for each list. Setting a mark is five
 * operations, whatever the history: the room, its counter, the mark before it, the mark, the wake-up. A page that is being
 * read sets it at most every 1.5 s (see live/Seeing.ts), so R readers of a busy room are R / 1.5 marks a second.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys, roomOfRead } from '../../chat/storage/keys.ts';
import type { ReadMark } from '../../chat/reading/unread.ts';
import { readRange } from '../storage/ranges.ts';

/** The last number that this person has read; nothing, where they have never been. */
export async function readMark(store: Hpkv, person: string, room: string): Promise<number | undefined> {
	return numberOf(await store.get(keys.read(person, room)));
}

/** The marks of all rooms where this person has been. */
export async function readMarks(store: Hpkv, person: string): Promise<Map<string, number>> {
	const marks = new Map<string, number>();
	for (const { key, value } of await readRange(store, keys.reads(person))) {
		const n = numberOf(value);
		if (n !== undefined) marks.set(roomOfRead(key), n);
	}
	return marks;
}

/**
 * Marks the room read up to `n`, if it was not. Above the counter there is nothing to have read.
 * @returns where the mark stands now
 */
export async function markRead(store: Hpkv, person: string, room: string, n: number): Promise<number> {
	const [before, count] = await Promise.all([
		readMark(store, person, room),
		store.get(keys.messageCount(room)).then((count) => numberOf(count) ?? 0)
	]);
	const mark = Math.min(Math.max(n, before ?? 0), count);
	if (before === mark) return mark;
	await setMark(store, person, { room, n: mark });
	return mark;
}

/** Marks the room read up to one's own message, if it was not: its number was given out. */
export async function markSent(store: Hpkv, person: string, room: string, n: number): Promise<void> {
	if (((await readMark(store, person, room)) ?? 0) < n) await setMark(store, person, { room, n });
}

/** Marks message `n` and what came after it unread. */
export async function markUnreadFrom(store: Hpkv, person: string, room: string, n: number): Promise<void> {
	const count = numberOf(await store.get(keys.messageCount(room))) ?? 0;
	await setMark(store, person, { room, n: Math.max(0, Math.min(n - 1, count)), back: true });
}

/** Sets the mark, and wakes this person's pages. For whoever knows already that it is not another's that is further on. */
export async function setMark(store: Hpkv, person: string, mark: ReadMark): Promise<void> {
	await Promise.all([
		store.set(keys.read(person, mark.room), String(mark.n)),
		store.set(keys.liveReads(person), JSON.stringify(mark))
	]);
}

function numberOf(value: string | undefined): number | undefined {
	return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
