/** Pure, like timeline-merge.ts. Of two pages of different times the cursor takes the older: receiving a change twice has no effect. */
import { MOST_SHOWN } from '../../chat/limits.ts';
import { ascending, inside, merged, type TimelineState, type OpenedPage } from './timeline-merge.ts';

/** Joins `page` above. A page that does not border on `held` (its end moved meanwhile) is ignored. */
export function joinOlder(held: TimelineState, page: OpenedPage): TimelineState {
	if (page.newer !== held.from - 1) return held;
	return joined({ ...held, from: page.older ?? 1, above: page.above }, page, held.cursor.message);
}

/** Joins `page` below; a page that ends at the newest message makes the timeline live. */
export function joinNewer(held: TimelineState, page: OpenedPage): TimelineState {
	if (held.to === undefined || (page.older ?? 1) !== held.to + 1) return held;
	const { message } = page.cursor;
	// A live page takes the page's cursor: `held` did not keep later live events.
	return joined({ ...held, to: page.newer }, page, page.newer ? Math.max(message, held.cursor.message) : message);
}

function joined(held: TimelineState, page: OpenedPage, message: number): TimelineState {
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

export function trimmed(held: TimelineState, n: number, most = MOST_SHOWN): TimelineState {
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
