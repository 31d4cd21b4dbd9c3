/**
 * Where a reader is, as arithmetic: the list of messages scrolls, things happen in it and around it, and what is read must
 * not move. All numbers are pixels; `top` is below the upper edge of what is in view, so it is negative above it. Nothing
 * here leans on the browser's own scroll anchoring, which Safari does not have.
 */

/** So near to its end the list follows what comes. */
const END = 100;

/** @param fromEnd how far the list is scrolled, from its end up; it counts down from 0 where it runs from the bottom up */
export const isAtEnd = (fromEnd: number) => Math.abs(fromEnd) <= END;

/**
 * Which row is held: the first that begins in view, so that one that is half above changes where nobody looks; of one that
 * fills the view there is nothing else to hold.
 * @param tops of the rows, ascending; looked at as few times as it takes
 */
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

/** Which end of the list comes so near, less than a view away, that more should be there before the reader is. */
export function nearEdge(above: number, below: number, height: number): Edge | undefined {
	if (above < height && above <= below) return 'older';
	return below < height ? 'newer' : undefined;
}
