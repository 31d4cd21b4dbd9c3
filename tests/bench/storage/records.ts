/** The records that both sides hold: a room with a long history, and a hundred others that are written to. */

const ROOMS = 100;

/** Characters of a stored message: a short text with its author and time, as JSON. */
const VALUE = 294;

const padded = (n: number) => String(n).padStart(12, '0');

/** The n-th message of the room with the long history. */
export const historyKey = (n: number): string => `message:kitchen:${padded(n)}`;

/** The n-th new message: they go to all rooms in turn. */
export const newKey = (n: number): string => `message:room-${n % ROOMS}:${padded(n)}`;

export function valueOf(n: number): string {
	const head = `{"n":${n},"author":"ada","at":1767225600000,"body":"`;
	return `${head.padEnd(VALUE - 2, 'The soup is warm, the bread is not. ')}"}`;
}

/** Messages `from` to `until` (not included) of the long history. */
export function* history(from: number, until: number): Generator<[key: string, value: string]> {
	for (let n = from; n < until; n++) yield [historyKey(n), valueOf(n)];
}
