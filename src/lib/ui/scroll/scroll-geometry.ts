/** Scroll arithmetic in pixels, because Safari has no scroll anchoring. `top` is negative above the view's upper edge. */

/** Within this distance of its end the list follows new messages. */
const END = 100;

/** @param fromEnd scroll offset from the end; counts down from 0 in a reversed column */
export const isAtEnd = (fromEnd: number) => Math.abs(fromEnd) <= END;

/** The row kept in place: the first that begins in view, else the one that fills it. `topOf` is called ascending, as seldom as possible. */
export function heldRow(count: number, topOf: (row: number) => number, height: number): number {
	let [from, to] = [0, count];
	while (from < to) {
		const middle = (from + to) >> 1;
		if (topOf(middle) < 0) from = middle + 1;
		else to = middle;
	}
	return from > 0 && (from === count || topOf(from) >= height) ? from - 1 : from;
}

export type Edge = 'older' | 'newer';

/** The end of the list that is less than a view away, so that more must be loaded. */
export function nearEdge(above: number, below: number, height: number): Edge | undefined {
	if (above < height && above <= below) return 'older';
	return below < height ? 'newer' : undefined;
}
