/**
 * How long to wait before trying again: a random time below a bound that doubles. The whole span is random ("full
 * jitter"), so that thousands who lost the server in the same moment do not come back in the same moment.
 */
export interface Span {
	/** The bound of the first wait, in milliseconds. */
	first: number;
	/** The bound that is never passed. */
	most: number;
}

/** A browser that lost its socket: half a second at first, half a minute at most, for ever. */
export const RECONNECT: Span = { first: 500, most: 30_000 };

/** Milliseconds before try number `failures` + 1. `random` gives 0 to 1. */
export function backoff(
	failures: number,
	{ first, most }: Span = RECONNECT,
	random: () => number = Math.random
): number {
	return random() * Math.min(most, first * 2 ** Math.max(0, failures - 1));
}
