import { dayKey } from '../text/dates.ts';

/** What grouping looks at; a message that is still being sent has no number yet. */
export interface Groupable {
	n?: number;
	id: string;
	person: string;
	/** The name they went by. */
	sender?: string;
	timestamp: number;
}

/** The message before the first of a page. */
export interface Above {
	n: number;
	person: string;
	sender?: string;
	timestamp: number;
}

/** What stands under one another in a room: the lines that name a day, the line above what is unread, and the messages. */
export type Row<M extends Groupable> =
	| { kind: 'unread'; key: 'unread' }
	/** `goesOn`: the page begins in the midst of what somebody says, and this line is the place to say who. */
	| { kind: 'day'; key: string; day: string; timestamp: number; continuedFrom?: M }
	| { kind: 'message'; key: string; message: M; continued: boolean };

/** Within this, a person goes on speaking; after it, they speak again. */
const GROUP_WINDOW_MS = 5 * 60_000;

/**
 * The most numbers that may be missing between two messages of one breath. A few numbers come to nothing or are still
 * on their way; past that, others' words may be missing between, and a name says who speaks.
 */
const HOLES = 5;

/** So many numbers below a page its first message can go on from one. */
export const BORDER = HOLES + 1;

function continues(before: Omit<Groupable, 'id'> | undefined, message: Groupable): boolean {
	if (before?.person !== message.person || before.sender !== message.sender) return false;
	if (Math.abs(message.timestamp - before.timestamp) > GROUP_WINDOW_MS) return false;
	return before.n === undefined || message.n === undefined || message.n - before.n <= HOLES + 1;
}

/** What was unread when somebody came. */
interface Unread {
	/** The first number. */
	from: number;
	/** The id of whoever reads: the line never stands directly above what they wrote themselves. */
	me?: string;
}

/**
 * Where the line stands: the first message of somebody else that was unread. A page that begins after it has it on an
 * earlier page, unless nothing but a few numbers that came to nothing can be between.
 */
function firstUnread<M extends Groupable>(messages: readonly M[], { from, me }: Unread): M | undefined {
	const i = messages.findIndex(({ n = 0, person }) => n >= from && person !== me);
	const first = messages[0]?.n ?? 0;
	return first <= from + HOLES ? messages[i] : undefined;
}

/**
 * Messages in ascending order, as rows. A message keeps its key from the moment it is sent, so it settles in place;
 * met a second time (settled, and still among the unsent) it is left out. A page begins with the name of its day, whether
 * or not the day began above it; its first message is grouped as it will be when the page above is put over it.
 */
export function rows<M extends Groupable>(
	messages: readonly M[],
	zone = 'UTC',
	above?: Above,
	unread?: Unread
): Row<M>[] {
	const lined = unread && firstUnread(messages, unread);
	const found: Row<M>[] = [];
	const keys = new Set<string>();
	/** Clocks of two servers may differ, so a day can come twice; its key must not. */
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

/** What makes two rows of one key the same on screen. */
const same = <M extends Groupable>(a: Row<M>, b: Row<M>) =>
	a.kind === 'message'
		? b.kind === 'message' && a.message === b.message && a.continued === b.continued
		: a.kind === 'day'
			? b.kind === 'day' && a.timestamp === b.timestamp && a.continuedFrom === b.continuedFrom
			: b.kind === 'unread';

/** `after`, with the objects of `before` where nothing has changed: a row that is the same object is not drawn again. */
export function reuse<M extends Groupable>(before: readonly Row<M>[], after: readonly Row<M>[]): readonly Row<M>[] {
	const byKey = new Map(before.map((row) => [row.key, row]));
	return after.map((row) => {
		const held = byKey.get(row.key);
		return held && same(held, row) ? held : row;
	});
}
