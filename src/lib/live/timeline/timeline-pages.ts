/**
 * Pages put above and below the one that is open, and taken off again at the far side. Pure, as timeline-merge.ts is. A page was
 * rendered at some moment, before or after what the open one knows; so the cursor falls back to the older of the two, and
 * what is then told twice changes nothing.
 */
import { MOST_SHOWN } from '../../chat/limits.ts';
import { ascending, inside, merged, type Held, type OpenedPage } from './timeline-merge.ts';

/** `page` above what is held. One that does not border on it (the end moved while it was on its way) changes nothing. */
export function joinOlder(held: Held, page: OpenedPage): Held {
	if (page.newer !== held.from - 1) return held;
	return joined({ ...held, from: page.older ?? 1, above: page.above }, page, held.cursor.message);
}

/** `page` below what is held; the one that ends at the newest message makes it live. */
export function joinNewer(held: Held, page: OpenedPage): Held {
	if (held.to === undefined || (page.older ?? 1) !== held.to + 1) return held;
	const { message } = page.cursor;
	// Live, it knows what that page knows, and no later push that had no place here.
	return joined({ ...held, to: page.newer }, page, page.newer ? Math.max(message, held.cursor.message) : message);
}

function joined(held: Held, page: OpenedPage, message: number): Held {
	const { holes } = held.cursor;
	const { change, changedAt } = held.cursor.change <= page.cursor.change ? held.cursor : page.cursor;
	return {
		...held,
		messages: merged(held, page.messages),
		cursor: {
			message,
			holes: ascending([...holes, ...page.cursor.holes]),
			change,
			changedAt
		}
	};
}

/** The {@link MOST_SHOWN} messages around number `n`, where the reader is. */
export function trimmed(held: Held, n: number, most = MOST_SHOWN): Held {
	const { messages } = held;
	const spare = messages.length - most;
	if (spare <= 0) return held;
	const at = messages.findIndex((message) => message.n >= n);
	const start = at < 0 ? spare : Math.min(spare, Math.max(0, at - Math.floor(most / 2)));
	const kept = messages.slice(start, start + most);
	const ends = {
		from: start > 0 ? (kept[0]?.n ?? held.from) : held.from,
		to: start < spare ? kept.at(-1)?.n : held.to
	};
	const here = (n: number) => inside(ends, n);
	return {
		...held,
		...ends,
		messages: kept,
		above: start > 0 ? messages[start - 1] : held.above,
		early: held.early.filter((change) => here(change.n)),
		cursor: { ...held.cursor, holes: held.cursor.holes.filter(here) }
	};
}
