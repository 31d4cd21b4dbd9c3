import { dayKey } from '../text/dates.ts';

/** The fields that grouping reads; a message that is being sent has no number. */
export interface Groupable {
	n?: number;
	id: string;
	person: string;
	sender?: string;
	timestamp: number;
}

export interface Above {
	n: number;
	person: string;
	sender?: string;
	timestamp: number;
}

export type Row<M extends Groupable> =
	| { kind: 'unread'; key: 'unread' }
	/** `continuedFrom`: the page begins within a group, and the day line names its author. */
	| { kind: 'day'; key: string; day: string; timestamp: number; continuedFrom?: M }
	| { kind: 'message'; key: string; message: M; continued: boolean };

const GROUP_WINDOW_MS = 5 * 60_000;

/** Most numbers missing within a group: a few are void or on their way; beyond, messages of others may be missing. */
const HOLES = 5;

/** A message at most this many numbers below a page can begin the group of its first message. */
export const BORDER = HOLES + 1;

function continues(before: Omit<Groupable, 'id'> | undefined, message: Groupable): boolean {
	if (before?.person !== message.person || before.sender !== message.sender) return false;
	if (Math.abs(message.timestamp - before.timestamp) > GROUP_WINDOW_MS) return false;
	return before.n === undefined || message.n === undefined || message.n - before.n <= HOLES + 1;
}

interface Unread {
	from: number;
	/** The id of the reader: the unread line is never directly above their own message. */
	me?: string;
}

/** Below the unread line: the first unread message of another. A page that begins after that message has none, but for a few voids between. */
function firstUnread<M extends Groupable>(messages: readonly M[], { from, me }: Unread): M | undefined {
	const i = messages.findIndex(({ n = 0, person }) => n >= from && person !== me);
	const first = messages[0]?.n ?? 0;
	return first <= from + HOLES ? messages[i] : undefined;
}

/** Rows of ascending messages. A message keeps its key from sending on; of two copies (stored, in the outbox) one is left out. */
export function rows<M extends Groupable>(
	messages: readonly M[],
	zone = 'UTC',
	above?: Above,
	unread?: Unread
): Row<M>[] {
	const lined = unread && firstUnread(messages, unread);
	const found: Row<M>[] = [];
	const keys = new Set<string>();
	/** Clocks of two servers may differ, so a day can occur twice; keys must be unique. */
	const unused = (key: string): string => (keys.has(key) ? unused(`${key}+`) : key);
	let before: Omit<Groupable, 'id'> | undefined = above;
	let day = above && dayKey(above.timestamp, zone);
	for (const message of messages) {
		const key = `${message.person} ${message.id}`;
		if (keys.has(key)) continue;
		const today = dayKey(message.timestamp, zone);
		const continued = today === day && message !== lined && continues(before, message);
		if (today !== day || found.length === 0) {
			const dayLine = unused(today);
			keys.add(dayLine);
			const continuedFrom = continued ? message : undefined;
			found.push({ kind: 'day', key: dayLine, day: today, timestamp: message.timestamp, continuedFrom });
		}
		keys.add(key);
		if (message === lined) found.push({ kind: 'unread', key: 'unread' });
		found.push({ kind: 'message', key, message, continued });
		before = message;
		day = today;
	}
	return found;
}

const same = <M extends Groupable>(a: Row<M>, b: Row<M>) =>
	a.kind === 'message'
		? b.kind === 'message' && a.message === b.message && a.continued === b.continued
		: a.kind === 'day'
			? b.kind === 'day' && a.timestamp === b.timestamp && a.continuedFrom === b.continuedFrom
			: b.kind === 'unread';

/** `after`, reusing equal row objects of `before`: the same object is not rendered again. */
export function reuse<M extends Groupable>(before: readonly Row<M>[], after: readonly Row<M>[]): readonly Row<M>[] {
	const byKey = new Map(before.map((row) => [row.key, row]));
	return after.map((row) => {
		const held = byKey.get(row.key);
		return held && same(held, row) ? held : row;
	});
}
