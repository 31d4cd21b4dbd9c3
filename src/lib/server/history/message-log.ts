/** The two logs of a room, of its messages and of what happened to them, as they are read for a page and for what one lacks. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { Change } from '../../chat/messages/change.ts';
import { knownChanges, SETTLED_AFTER } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Shown } from '../messages/annotations.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRangePart, sizeOf } from '../storage/ranges.ts';

/** Read before any range: what is given out later is another page's, or is asked for. */
export async function readCounters(store: Hpkv, room: string): Promise<[messages: number, changes: number]> {
	const [messages, changes] = await Promise.all([
		store.get(keys.messageCount(room)),
		store.get(keys.changeCount(room))
	]);
	return [Number(messages ?? 0), Number(changes ?? 0)];
}

/** The changes above `after`, up to `head`, ascending. */
export const readChanges = async (store: Hpkv, room: string, after: number, head: number): Promise<Change[]> =>
	(await readChangesPart(store, room, after, head, Infinity)).changes;

/** The changes above `after`, up to `head` or until some `maxBytes` are read. `to`: the last number that was. */
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

/** When change `m` was made, if it is one of these. */
export const changedAt = (changes: readonly Change[], m: number) => changes.find((change) => change.m === m)?.timestamp;

/** A message announced as late and not there yet is a hole, however old its number is. */
export function withLate(holes: number[], changes: Change[], found: Shown[], now: number): number[] {
	const present = new Set(found.map(({ n }) => n));
	const coming = changes.filter(
		({ kind, n, timestamp }) => kind === 'late' && timestamp > now - SETTLED_AFTER && !present.has(n)
	);
	return [...new Set([...holes, ...coming.map(({ n }) => n)])].sort((a, b) => a - b);
}

/**
 * Up to which change all are known to whoever reads these, which stand between `after` and `changeHead`. The two counters
 * are read at once, so a message above `head` can be sent and changed between: its change is left for the next question,
 * since the message itself will be pushed as it was sent.
 */
export function changesKnown(head: number, after: number, changeHead: number, changes: Change[], now: number): number {
	const entries = changes.map(({ m, timestamp }) => ({ n: m, timestamp }));
	const known = knownChanges(after, changeHead, entries, now);
	const unseen = changes.find(({ n }) => n > head);
	return unseen ? Math.min(known, unseen.m - 1) : known;
}
