/** A reader's position in a room's logs. A number that was given out may be on its way or void: its hole is asked for until settled. */
export interface Cursor {
	/** Every message number up to this one is held, or in `holes`, or below the first message shown. */
	message: number;
	/** Ascending; none is above `message`. */
	holes: readonly number[];
	/** Every change up to this number is held. */
	change: number;
	/** Timestamp of that change, where known: it distinguishes histories of a room (see {@link Seen}). */
	changedAt?: number;
}

/** A cursor with the newest message. A store restored from a backup gives numbers out again, so numbers alone do not tell of it. */
export interface Seen extends Cursor {
	newest?: { n: number; id: string };
}

/** Milliseconds after a later entry at which a hole is settled; a later send is announced in the change log. */
export const SETTLED_AFTER = 60_000;

/** Milliseconds from number to stored message above which a message is announced as late, well before SETTLED_AFTER. */
export const LATE_AFTER = 20_000;

interface Entry {
	n: number;
	/** Milliseconds since 1970; absent for a void. */
	timestamp?: number;
}

/** The numbers of `wanted` (ascending) neither in `found` (any order) nor settled. `now` is on the clock that wrote the timestamps. */
export function holesIn(wanted: readonly number[], found: readonly Entry[], now: number): number[] {
	const present = new Set(found.map((entry) => entry.n));
	const settledBelow = found.reduce(
		(most, { n, timestamp }) => (timestamp !== undefined && timestamp <= now - SETTLED_AFTER && n > most ? n : most),
		0
	);
	return wanted.filter((n) => !present.has(n) && n > settledBelow);
}

/** The highest number above `from` up to which every change is in `found` or settled. */
export function knownChanges(from: number, head: number, found: readonly Entry[], now: number): number {
	const [hole] = holesIn(numbers(from + 1, head), found, now);
	return hole === undefined ? Math.max(from, head) : hole - 1;
}

export const numbers = (from: number, to: number): number[] =>
	Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

/** `[3, 4, 5, 9]` as `3-5,9`, for a URL. */
export function writeHoles(holes: readonly number[]): string {
	return runs(holes)
		.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
		.join(',');
}

/** Parses {@link writeHoles}: `undefined` for another text, `too-many` above `maxNumbers` numbers or `maxRuns` runs. */
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

export function runs(ascending: readonly number[]): [from: number, to: number][] {
	const found: [number, number][] = [];
	for (const n of ascending) {
		const last = found.at(-1);
		if (last && n === last[1] + 1) last[1] = n;
		else found.push([n, n]);
	}
	return found;
}
