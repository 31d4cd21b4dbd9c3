/**
 * The two pattern languages of a token. Both come from outside, so both are matched in linear time: a 12-character
 * regular expression blocked V8's own engine for 130 seconds on a 26-character key, which re2js decides in under 3 ms.
 */
import { RE2JS } from 're2js';
import { MAX_PATTERN_LENGTH, MAX_PATTERN_PROGRAM, MAX_PATTERN_REPEATS } from '../protocol/limits.ts';

export type Matches = (key: string) => boolean;

/** A pattern that is not one, or that the engine will not do (look-around, back-references, too large). */
export class BadPattern extends Error {
	override readonly name = 'BadPattern';
}

/** The latest compiled expressions, oldest first: all readers of a room have the same, which takes some KiB and 0.1 ms. */
const compiledBefore = new Map<string, Matches>();
const MOST_KEPT = 256;

/** A regular expression, found anywhere in the key unless it is anchored. Throws {@link BadPattern}. */
export function expression(pattern: string): Matches {
	const kept = compiledBefore.get(pattern);
	const matches = kept ?? compile(pattern);
	if (kept) compiledBefore.delete(pattern);
	compiledBefore.set(pattern, matches);
	if (compiledBefore.size > MOST_KEPT) compiledBefore.delete(compiledBefore.keys().next().value!);
	return matches;
}

function compile(pattern: string): Matches {
	if (pattern.length > MAX_PATTERN_LENGTH) {
		throw new BadPattern(`A pattern must be at most ${MAX_PATTERN_LENGTH} characters`);
	}
	if (countedRepeats(pattern) > MAX_PATTERN_REPEATS) {
		throw new BadPattern(`A pattern must not repeat more than ${MAX_PATTERN_REPEATS} times by count`);
	}
	let compiled: RE2JS;
	try {
		compiled = RE2JS.compile(pattern);
	} catch {
		throw new BadPattern('A pattern must be a regular expression without look-around or back-references');
	}
	if (compiled.programSize() > MAX_PATTERN_PROGRAM) throw new BadPattern('A pattern is too complex');
	return (key) => compiled.matcher(key).find();
}

/** The sum of all `{m,n}`: compiling writes them out, so they are bounded before. */
function countedRepeats(pattern: string): number {
	let sum = 0;
	for (const [, least, most] of pattern.matchAll(/\{(\d+)(?:,(\d*))?\}/g)) sum += Number(most || least);
	return sum;
}

/**
 * What a subscription names: an exact key; with `*` a glob over the whole key, where `*` is any characters or none and
 * everything else is itself; or, from `^` on, a regular expression. Throws {@link BadPattern}.
 */
export function subscription(pattern: string): { exact: string } | { matches: Matches } {
	if (pattern.startsWith('^')) return { matches: expression(pattern) };
	if (!pattern.includes('*')) return { exact: pattern };
	return { matches: glob(pattern) };
}

/** Each part between stars is looked for behind the one before; the first found place is always as good as any later. */
function glob(pattern: string): Matches {
	const parts = pattern.split('*');
	const head = parts[0]!;
	const tail = parts.at(-1)!;
	const middle = parts.slice(1, -1).filter((part) => part !== '');
	return (key) => {
		if (key.length < head.length + tail.length || !key.startsWith(head) || !key.endsWith(tail)) return false;
		let at = head.length;
		const end = key.length - tail.length;
		for (const part of middle) {
			const found = key.indexOf(part, at);
			if (found === -1 || found + part.length > end) return false;
			at = found + part.length;
		}
		return true;
	};
}
