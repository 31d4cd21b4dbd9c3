/**
 * The last writer wins: of two tabs that set a mark at once, either's mark is valid.
 * Costs: one operation for a room page, one range for a list, five for setting a mark (R readers of a busy room: R / 1.5 a second).
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys, roomOfRead } from '../../chat/storage/keys.ts';
import type { ReadMark } from '../../chat/reading/unread.ts';
import type { Events } from '../events.ts';
import { readRange } from '../storage/ranges.ts';

/** Undefined if the person has never been there. */
export async function readMark(store: Hpkv, person: string, room: string): Promise<number | undefined> {
	return numberOf(await store.get(keys.read(person, room)));
}

export async function readMarks(store: Hpkv, person: string): Promise<Map<string, number>> {
	const marks = new Map<string, number>();
	for (const { key, value } of await readRange(store, keys.reads(person))) {
		const n = numberOf(value);
		if (n !== undefined) marks.set(roomOfRead(key), n);
	}
	return marks;
}

/** Moves the mark up to `n`, at most to the room's counter; never back. @returns the mark */
export async function markRead(store: Hpkv, events: Events, person: string, room: string, n: number): Promise<number> {
	const [before, count] = await Promise.all([
		readMark(store, person, room),
		n === 0 ? undefined : store.get(keys.messageCount(room)).then((count) => numberOf(count) ?? 0)
	]);
	// A first visit, before which nothing counts as read.
	if (count === undefined) {
		if (before === undefined) await setMark(store, events, person, { room, n });
		return before ?? n;
	}
	const mark = Math.min(Math.max(n, before ?? 0), count);
	if (before === mark) return mark;
	await setMark(store, events, person, { room, n: mark });
	return mark;
}

/** Before the person is added to the room again: they have not opened it as its member. */
export async function forgetMark(store: Hpkv, person: string, room: string): Promise<void> {
	await store.delete(keys.read(person, room));
}

export async function markSent(
	store: Hpkv,
	events: Events,
	person: string,
	room: string,
	n: number,
	recent = store
): Promise<void> {
	if (((await readMark(recent, person, room)) ?? 0) < n) await setMark(store, events, person, { room, n });
}

export async function markUnreadFrom(
	store: Hpkv,
	events: Events,
	person: string,
	room: string,
	n: number
): Promise<void> {
	const count = numberOf(await store.get(keys.messageCount(room))) ?? 0;
	await setMark(store, events, person, { room, n: Math.max(0, Math.min(n - 1, count)), back: true });
}

/** The caller must have checked that the mark does not move back, unless it should. */
async function setMark(store: Hpkv, events: Events, person: string, mark: ReadMark): Promise<void> {
	// Both in one transaction of an embedded store.
	await Promise.all([
		store.set(keys.read(person, mark.room), String(mark.n)),
		events.publish('readMarkMoved', { person, mark })
	]);
}

function numberOf(value: string | undefined): number | undefined {
	return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : undefined;
}
