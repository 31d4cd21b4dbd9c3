/**
 * What a reader makes of pushes and answers. Pure: the same numbers in, the same page out, in whatever order and however
 * often they come.
 */
import type { Cursor } from '../chat/cursor.ts';
import { numbers } from '../chat/cursor.ts';
import type { ChatMessage } from '../chat/message.ts';

/** What a page holds of a room. */
export interface Held {
	/** Ascending by number, without repeats. */
	readonly messages: readonly ChatMessage[];
	readonly cursor: Cursor;
	/** Older messages are on other pages. */
	readonly from: number;
}

/** The answer to "what do I lack": its cursor says what the answer settles. */
export interface Repair {
	messages: readonly ChatMessage[];
	cursor: Cursor;
}

/** A message that was pushed. A jump in the numbers leaves holes, which are asked for. */
export function receive(held: Held, message: ChatMessage): Held {
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

/** Message `n` is about to come, long after its number: it is looked for again, wherever the reader stands. */
export function expectLate(held: Held, change: { m: number; n: number }): Held {
	const { cursor } = held;
	const known = change.n > cursor.message || held.messages.some(({ n }) => n === change.n);
	const holes = known || cursor.holes.includes(change.n) ? cursor.holes : ascending([...cursor.holes, change.n]);
	return { ...held, cursor: { ...cursor, holes, change: change.m === cursor.change + 1 ? change.m : cursor.change } };
}

/**
 * An answer to a question that was asked at `asked`. Pushes may have come meanwhile: what they brought stays, and the
 * holes that the question did not cover stay open.
 */
export function repair(held: Held, asked: Cursor, answer: Repair): Held {
	const messages = merged(held, answer.messages);
	const present = new Set(messages.map(({ n }) => n));
	const covered = (n: number) => n <= answer.cursor.message && (n > asked.message || asked.holes.includes(n));
	const holes = [...answer.cursor.holes, ...held.cursor.holes.filter((n) => !covered(n))];
	return {
		...held,
		messages,
		cursor: {
			message: Math.max(held.cursor.message, answer.cursor.message),
			holes: ascending(holes.filter((n) => !present.has(n))),
			change: Math.max(held.cursor.change, answer.cursor.change)
		}
	};
}

/** The messages before the first of these holes: the others wait, so that nothing is put in between later. */
export function before(messages: readonly ChatMessage[], holes: Iterable<number>): readonly ChatMessage[] {
	const first = Math.min(...holes);
	return Number.isFinite(first) ? messages.filter(({ n }) => n < first) : messages;
}

function merged({ messages, from }: Held, more: readonly ChatMessage[]): readonly ChatMessage[] {
	const byNumber = new Map(messages.map((message) => [message.n, message]));
	const fresh = more.filter(({ n }) => n >= from && !byNumber.has(n));
	if (fresh.length === 0) return messages;
	for (const message of fresh) byNumber.set(message.n, message);
	return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
