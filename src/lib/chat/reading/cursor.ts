/**
 * What a reader of a room knows. The counters tell what was *given out*, not what was written: a number can be missing
 * because its send is still on the way, or because it never came to anything. So a reader remembers the numbers it
 * lacks, its holes, and asks for them until they are settled.
 */
export interface Cursor {
	/** Messages: every number up to this one is known, or is one of `holes`, or lies before what the reader shows. */
	message: number;
	/** The younger numbers it lacks, ascending. */
	holes: readonly number[];
	/** Changes: every one up to this number is known. */
	change: number;
	/** The timestamp of that change, where it is known: it tells one history of a room from another. */
	changedAt?: number;
}

/**
 * What a reader has seen of a room. A store that is restored from a backup gives the numbers after it out again, to other
 * messages, and may have passed a reader's cursor before the reader comes back. So the numbers alone tell too little.
 */
export interface Seen extends Cursor {
	/** The newest message that the reader holds: its number and its send id. */
	newest?: { n: number; id: string };
}

/** A number missing so long after a later entry came to nothing: a send that late is announced in the change log. */
export const SETTLED_AFTER = 60_000;

/** A message stored so long after its number was given out is announced as late, well before readers settle its number. */
export const LATE_AFTER = 20_000;

interface Entry {
	n: number;
	/** Milliseconds since 1970; a void has none. */
	timestamp?: number;
}

/**
 * The numbers of `wanted` that are neither in `found` nor settled.
 * @param wanted ascending
 * @param found entries in any order; besides the wanted ones they may hold later ones, whose time settles
 * @param now the time on the clock that wrote the timestamps
 */
export function holesIn(wanted: readonly number[], found: readonly Entry[], now: number): number[] {
	const present = new Set(found.map((entry) => entry.n));
	// Below the last entry that is old enough, whatever is missing is settled.
	const settledBelow = found.reduce(
		(most, { n, timestamp }) => (timestamp !== undefined && timestamp <= now - SETTLED_AFTER && n > most ? n : most),
		0
	);
	return wanted.filter((n) => !present.has(n) && n > settledBelow);
}

/** The highest number up to which every change is in `found` or settled, counting from `from`. */
export function knownChanges(from: number, head: number, found: readonly Entry[], now: number): number {
	const [hole] = holesIn(numbers(from + 1, head), found, now);
	return hole === undefined ? Math.max(from, head) : hole - 1;
}

/** `from`, `from + 1`, … `to`. */
export const numbers = (from: number, to: number): number[] =>
	Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** `[3, 4, 5, 9]` as `3-5,9`: how holes stand in an address. */
export function writeHoles(holes: readonly number[]): string {
	return runs(holes)
		.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
		.join(',');
}

/**
 * The opposite of {@link writeHoles}; `undefined` when the text is something else, `too-many` when it names more than
 * `maxNumbers`, or more than `maxRuns` of neighbours.
 */
export function readHoles(text: string, maxNumbers: number, maxRuns: number): number[] | 'too-many' | undefined {
	if (text === '') return [];
	const holes: number[] = [];
	const parts = text.split(',', maxRuns + 1);
	for (const part of parts) {
		const [, from, to = from] = /^(\d{1,12})(?:-(\d{1,12}))?$/.exec(part) ?? [];
		if (from === undefined) return undefined;
		if (Number(to) - Number(from) >= maxNumbers - holes.length) return 'too-many';
		holes.push(...numbers(Number(from), Number(to)));
	}
	return parts.length > maxRuns ? 'too-many' : holes;
}

/** Ascending numbers as runs of neighbours, both ends included. */
export function runs(ascending: readonly number[]): [from: number, to: number][] {
	const found: [number, number][] = [];
	for (const n of ascending) {
		const last = found.at(-1);
		if (last && n === last[1] + 1) last[1] = n;
		else found.push([n, n]);
	}
	return found;
}
