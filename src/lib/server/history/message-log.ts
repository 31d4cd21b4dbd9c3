import type { Hpkv } from '../../../hpkv/port.ts';
import { Change } from '../../chat/messages/change.ts';
import { knownChanges, SETTLED_AFTER } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Shown } from '../messages/annotations.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRangePart, sizeOf } from '../storage/ranges.ts';

/** Must be read before any range: a number given out later belongs to a later answer. */
export async function readCounters(store: Hpkv, room: string): Promise<[messages: number, changes: number]> {
	const [messages, changes] = await Promise.all([
		store.get(keys.messageCount(room)),
		store.get(keys.changeCount(room))
	]);
	return [Number(messages ?? 0), Number(changes ?? 0)];
}

export const readChanges = async (store: Hpkv, room: string, after: number, head: number): Promise<Change[]> =>
	(await readChangesPart(store, room, after, head, Infinity)).changes;

/** Reads the changes above `after`, up to `head` or about `maxBytes`. `to`: the last number read. */
export async function readChangesPart(
	store: Hpkv,
	room: string,
	after: number,
	head: number,
	maxBytes: number
): Promise<{ changes: Change[]; to: number }> {
	if (head <= after) return { changes: [], to: head };
	const { records, truncated } = await readRangePart(store, keys.changes(room, after + 1, head), maxBytes);
	const changes: Change[] = [];
	let bytes = 0;
	for (const record of records) {
		bytes += sizeOf([record]);
		if (bytes > maxBytes && changes.length > 0) return { changes, to: changes.at(-1)?.m ?? head };
		const change = parsed(Change, record.value);
		if (change) changes.push(change);
	}
	return { changes, to: (truncated && changes.at(-1)?.m) || head };
}

export const changedAt = (changes: readonly Change[], m: number) => changes.find((change) => change.m === m)?.timestamp;

/** Adds the numbers of messages that are announced as late and not stored yet: these are holes, however old the number. */
export function withLate(holes: number[], changes: Change[], found: Shown[], now: number): number[] {
	const present = new Set(found.map(({ n }) => n));
	const coming = changes.filter(
		({ kind, n, timestamp }) => kind === 'late' && timestamp > now - SETTLED_AFTER && !present.has(n)
	);
	return [...new Set([...holes, ...coming.map(({ n }) => n)])].sort((a, b) => a - b);
}

/** Up to which number all changes are known. Changes of a message above `head` are left for the next answer. */
export function changesKnown(head: number, after: number, changeHead: number, changes: Change[], now: number): number {
	const entries = changes.map(({ m, timestamp }) => ({ n: m, timestamp }));
	const known = knownChanges(after, changeHead, entries, now);
	const unseen = changes.find(({ n }) => n > head);
	return unseen ? Math.min(known, unseen.m - 1) : known;
}
