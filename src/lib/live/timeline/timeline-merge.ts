/**
 * What a reader makes of pushes and answers. Pure: the same numbers in, the same page out, in whatever order and however
 * often they come.
 */
import type { Cursor } from '../../chat/reading/cursor.ts';
import { numbers } from '../../chat/reading/cursor.ts';
import type { Change } from '../../chat/messages/change.ts';
import type { Above } from '../../chat/messages/message-rows.ts';
import { changed, type ShownMessage } from '../../chat/messages/message-view.ts';

/** A page as the server renders it: all that stands between two numbers of a room. */
export interface OpenedPage {
	messages: readonly ShownMessage[];
	/** Its lower end: the page before it is the one before this number. */
	older?: number;
	/** Its upper end: the page after it is the one after this number. */
	newer?: number;
	above?: Above;
	cursor: Cursor;
}

/** What a page holds of a room. */
export interface Held {
	/** Ascending by number, without repeats. */
	readonly messages: readonly ShownMessage[];
	readonly cursor: Cursor;
	/** Older messages are on other pages. */
	readonly from: number;
	/** So are newer ones. A page without this end is live: what is sent next belongs to it. */
	readonly to?: number;
	/** The message before the first. */
	readonly above?: Above;
	/** What happened to messages that are not here yet: it is heard of both in any order. */
	readonly early: readonly Change[];
}

/** The answer to "what do I lack": its cursor says what the answer settles. */
export interface Repair {
	messages: readonly ShownMessage[];
	changes: readonly Change[];
	cursor: Cursor;
}

export const opened = ({ messages, older, newer, above, cursor }: OpenedPage): Held => ({
	messages,
	cursor,
	from: older ?? 1,
	to: newer,
	above,
	early: []
});

export const inside = ({ from, to = Infinity }: Pick<Held, 'from' | 'to'>, n: number) => n >= from && n <= to;

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
		cursor: {
			...cursor,
			message: Math.max(cursor.message, message.n),
			holes: holes.filter((n) => inside(held, n))
		}
	};
}

/** Something that happened to a message, as it was pushed. A jump in the changes' numbers leaves the cursor behind. */
export function hear(held: Held, change: Change): Held {
	const { cursor } = held;
	const next = change.m === cursor.change + 1 ? { change: change.m, changedAt: change.timestamp } : undefined;
	return applied({ ...held, cursor: { ...cursor, ...next } }, [change]);
}

/**
 * An answer to a question that was asked at `asked`. Pushes may have come meanwhile: what they brought stays, and the
 * holes that the question did not cover stay open. So may a page that was rendered before the question was asked: what lies
 * between the two, the answer does not tell.
 */
export function repair(held: Held, asked: Cursor, answer: Repair): Held {
	held = applied({ ...held, messages: merged(held, answer.messages) }, answer.changes);
	const present = new Set(held.messages.map(({ n }) => n));
	const { cursor, early } = held;
	// Announced since, it comes after all, whatever the answer has settled.
	const announced = (n: number) =>
		early.some((change) => change.kind === 'late' && change.n === n && change.m > answer.cursor.change);
	const covered = (n: number) =>
		n <= answer.cursor.message && (n > asked.message || asked.holes.includes(n)) && !announced(n);
	const between = numbers(cursor.message + 1, asked.message);
	const holes = [...answer.cursor.holes, ...cursor.holes.filter((n) => !covered(n)), ...between];
	const { change, changedAt } =
		cursor.change < asked.change || cursor.change >= answer.cursor.change ? cursor : answer.cursor;
	return {
		...held,
		cursor: {
			message: Math.max(cursor.message, answer.cursor.message),
			holes: ascending(holes.filter((n) => !present.has(n) && inside(held, n))),
			change,
			changedAt
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
		else if (inside(held, change.n)) {
			early.push(change);
			// About to come, long after its number: it is looked for again, wherever the reader stands.
			if (change.kind === 'late' && change.n <= held.cursor.message) holes = ascending([...holes, change.n]);
		}
	}
	const messages = held.messages.map((message) => byNumber.get(message.n) ?? message);
	return { ...held, messages, early, cursor: { ...held.cursor, holes } };
}

export function merged(held: Held, more: readonly ShownMessage[]): readonly ShownMessage[] {
	const { messages, early } = held;
	const [first] = more;
	// What comes is mostly the next one.
	if (first && more.length === 1 && early.length === 0 && first.n > (messages.at(-1)?.n ?? 0))
		return inside(held, first.n) ? [...messages, first] : messages;
	const byNumber = new Map(messages.map((message) => [message.n, message]));
	const fresh = more.filter(({ n }) => inside(held, n) && !byNumber.has(n));
	if (fresh.length === 0) return messages;
	for (const message of fresh) {
		const own = early.filter((change) => change.n === message.n);
		byNumber.set(message.n, own.reduce(changed, message));
	}
	return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

export const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
