/**
 * Waits before the next try: a random time below a bound that doubles. The whole span is random ("full jitter"), so
 * that thousands of clients that lost the server together do not reconnect together.
 */
export interface Span {
	/** The bound of the first wait, in milliseconds. */
	first: number;
	/** The highest bound. */
	most: number;
}

/** Waits of a browser that lost its socket: half a second at first, half a minute at most, without end. */
export const RECONNECT: Span = { first: 500, most: 30_000 };

/** Milliseconds before try number `failures` + 1. `random` gives 0 to 1. */
export function backoff(
	failures: number,
	{ first, most }: Span = RECONNECT,
	random: () => number = Math.random
): number {
	return random() * Math.min(most, first * 2 ** Math.max(0, failures - 1));
}
