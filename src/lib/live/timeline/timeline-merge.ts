/** Merges live events and answers into a page. Pure: the result does not depend on their order or repetition. */
import type { Cursor } from '../../chat/reading/cursor.ts';
import { numbers } from '../../chat/reading/cursor.ts';
import type { Change } from '../../chat/messages/change.ts';
import type { Above } from '../../chat/messages/message-rows.ts';
import { changedCard } from '../../chat/messages/answered.ts';
import { changed, type ShownMessage } from '../../chat/messages/message-view.ts';

/** A page as the server renders it: all messages between two numbers of a room. */
export interface OpenedPage {
	messages: readonly ShownMessage[];
	/** Lowest number of the page. Absent at the room's beginning. */
	older?: number;
	/** Highest number of the page. Absent at the room's end. */
	newer?: number;
	above?: Above;
	early?: readonly Change[];
	cursor: Cursor;
}

export interface TimelineState {
	readonly messages: readonly ShownMessage[];
	readonly cursor: Cursor;
	readonly from: number;
	/** Absent on a live page, which takes new messages. */
	readonly to?: number;
	readonly above?: Above;
	/** Changes of messages that are not here yet: a change may arrive before its message. */
	readonly early: readonly Change[];
}

/** An answer to `/since`: its cursor contains what the answer settles. */
export interface Repair {
	messages: readonly ShownMessage[];
	changes: readonly Change[];
	cursor: Cursor;
}

export const opened = ({ messages, older, newer, above, early = [], cursor }: OpenedPage): TimelineState => ({
	messages,
	cursor,
	from: older ?? 1,
	to: newer,
	above,
	early
});

export const inside = ({ from, to = Infinity }: Pick<TimelineState, 'from' | 'to'>, n: number) => n >= from && n <= to;

/** Merges a message from a live event. A jump in the numbers leaves holes. */
export function receive(held: TimelineState, message: ShownMessage): TimelineState {
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

/** Merges a change from a live event. A jump in the changes' numbers leaves the cursor behind. */
export function receiveChange(held: TimelineState, change: Change): TimelineState {
	const { cursor } = held;
	const next = change.m === cursor.change + 1 ? { change: change.m, changedAt: change.timestamp } : undefined;
	return applied({ ...held, cursor: { ...cursor, ...next } }, [change]);
}

/**
 * Merges the answer to a question with cursor `asked`. Live events and holes that it did not cover stay; where a joined page has moved the
 * cursor below `asked`, the numbers between become holes.
 */
export function repair(held: TimelineState, asked: Cursor, answer: Repair): TimelineState {
	held = applied({ ...held, messages: merged(held, answer.messages) }, answer.changes);
	const present = new Set(held.messages.map(({ n }) => n));
	const { cursor, early } = held;
	// Announced after the answer: the message will still arrive.
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

/** The messages before the first of `holes`: later ones wait, so that nothing is inserted between. */
export function before(messages: readonly ShownMessage[], holes: Iterable<number>): readonly ShownMessage[] {
	const first = Math.min(...holes);
	return Number.isFinite(first) ? messages.filter(({ n }) => n < first) : messages;
}

function applied(held: TimelineState, changes: readonly Change[]): TimelineState {
	if (changes.length === 0) return held;
	const byNumber = new Map(held.messages.map((message) => [message.n, message]));
	const early = [...held.early];
	let { holes } = held.cursor;
	for (const change of changes) {
		const message = byNumber.get(change.n);
		if (message) byNumber.set(change.n, changed(message, change));
		else if (inside(held, change.n)) {
			early.push(change);
			// The message is about to be stored after its hole was passed: make the number a hole again.
			if (change.kind === 'late' && change.n <= held.cursor.message) holes = ascending([...holes, change.n]);
		}
	}
	const messages = held.messages.map((message) => withChangedCard(byNumber.get(message.n) ?? message, changes));
	return { ...held, messages, early, cursor: { ...held.cursor, holes } };
}

/** The same object if no change is of the answered message. */
function withChangedCard(message: ShownMessage, changes: readonly Change[]): ShownMessage {
	const { re, answered } = message;
	const card =
		answered && changes.reduce((card, change) => (change.n === re ? changedCard(card, change) : card), answered);
	return card === answered ? message : { ...message, answered: card };
}

/** A received reply gets its card from the page; what is missing is asked for (answered.lazy.ts). */
function withCard(message: ShownMessage, answered: ShownMessage | undefined): ShownMessage {
	if (!answered || message.answered) return message;
	const { sender, message: text, deleted, edited } = answered;
	return { ...message, answered: { sender, text, deleted, typed: true, m: edited?.m } };
}

export function merged(held: TimelineState, more: readonly ShownMessage[]): readonly ShownMessage[] {
	const { messages, early } = held;
	const [first] = more;
	// Fast path: mostly the next message.
	if (first && more.length === 1 && early.length === 0 && first.n > (messages.at(-1)?.n ?? 0))
		return inside(held, first.n)
			? [...messages, withCard(first, first.re ? messages.find(({ n }) => n === first.re) : undefined)]
			: messages;
	const byNumber = new Map(messages.map((message) => [message.n, message]));
	const fresh = more.filter(({ n }) => inside(held, n) && !byNumber.has(n));
	if (fresh.length === 0) return messages;
	for (const message of fresh) {
		const own = early.filter((change) => change.n === message.n);
		byNumber.set(message.n, own.reduce(changed, withCard(message, byNumber.get(message.re ?? 0))));
	}
	return [...byNumber.values()].sort((a, b) => a.n - b.n);
}

export const ascending = (list: readonly number[]) => [...new Set(list)].sort((a, b) => a - b);
