/**
 * What a reader makes of pushes and answers. Pure: the same numbers in, the same page out, in whatever order and however
 * often they come.
 */
import type { Cursor } from '../chat/cursor.ts';
import { numbers } from '../chat/cursor.ts';
import type { Change } from '../chat/change.ts';
import { changed, type ShownMessage } from '../chat/shown.ts';

/** What a page holds of a room. */
export interface Held {
	/** Ascending by number, without repeats. */
	readonly messages: readonly ShownMessage[];
	readonly cursor: Cursor;
	/** Older messages are on other pages. */
	readonly from: number;
	/** What happened to messages that are not here yet: it is heard of both in any order. */
	readonly early: readonly Change[];
}

/** The answer to "what do I lack": its cursor says what the answer settles. */
export interface Repair {
	messages: readonly ShownMessage[];
	changes: readonly Change[];
	cursor: Cursor;
}

/** A message that was pushed. A jump in the numbers leaves holes, which are asked for. */
export function receive(held: Held, message: ShownMessage): Held {
	const { cursor } = held;
	const holes =
		message.n > cursor.message
			? [...cursor.holes, ...numbers(cursor.message + 1, message.n - 1)]
			: cursor.holes.filter((n) => n !== message.n);
	return {
		...held,
		messages: merged(held, [message]),
		cursor: { ...cursor, message: Math.max(cursor.message, message.n), holes }
	};
}

/** Something that happened to a message, as it was pushed. A jump in the changes' numbers leaves the cursor behind. */
export function hear(held: Held, change: Change): Held {
	const { cursor } = held;
	const next = change.m === cursor.change + 1 ? change.m : cursor.change;
	return applied({ ...held, cursor: { ...cursor, change: next } }, [change]);
}

/**
 * An answer to a question that was asked at `asked`. Pushes may have come meanwhile: what they brought stays, and the
 * holes that the question did not cover stay open.
 */
export function repair(held: Held, asked: Cursor, answer: Repair): Held {
	held = applied({ ...held, messages: merged(held, answer.messages) }, answer.changes);
	const present = new Set(held.messages.map(({ n }) => n));
	const covered = (n: number) => n <= answer.cursor.message && (n > asked.message || asked.holes.includes(n));
	const holes = [...answer.cursor.holes, ...held.cursor.holes.filter((n) => !covered(n))];
	return {
		...held,
		cursor: {
			message: Math.max(held.cursor.message, answer.cursor.message),
			holes: ascending(holes.filter((n) => !present.has(n))),
			change: Math.max(held.cursor.change, answer.cursor.change)
		}
	};
}

/** The messages before the first of these holes: the others wait, so that nothing is put in between later. */
export function before(messages: readonly ShownMessage[], holes: Iterable<number>): readonly ShownMessage[] {
	const first = Math.min(...holes);
	return Number.isFinite(first) ? messages.filter(({ n }) => n < first) : messages;
}

/** What happened to messages that are here; what happens to others waits for them. */
function applied(held: Held, changes: readonly Change[]): Held {
	if (changes.length === 0) return held;
	const byNumber = new Map(held.messages.map((message) => [message.n, message]));
	const early = [...held.early];
	let { holes } = held.cursor;
	for (const change of changes) {
		const message = byNumber.get(change.n);
		if (message) byNumber.set(change.n, changed(message, change));
		else if (change.n >= held.from) {
			early.push(change);
			// About to come, long after its number: it is looked for again, wherever the reader stands.
			if (change.kind === 'late' && change.n <= held.cursor.message) holes = ascending([...holes, change.n]);
		}
	}
	const messages = held.messages.map((message) => byNumber.get(message.n) ?? message);
	return { ...held, messages, early, cursor: { ...held.cursor, holes } };
}

function merged({ messages, from, early }: Held, more: readonly ShownMessage[]): readonly ShownMessage[] {
	const byNumber = new Map(messages.map((message) => [message.n, message]));
	const fresh = more.filter(({ n }) => n >= from && !byNumber.has(n));
	if (fresh.length === 0) return messages;
	for (const message of fresh) {
		const own = early.filter((change) => change.n === message.n);
		byNumber.set(message.n, own.reduce(changed, message));
	}
	return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
