/** `@` and a name, with no letter or digit on either side. Case and the width of spaces do not matter; the longer of two names wins. */
import { MAX_PERSON_NAME } from '../limits.ts';

/** Scripts without spaces between words: in `@花子さん` the mention ends where the name ends. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const IN_WORD = String.raw`[\p{L}\p{N}\p{M}]`;
const BEGIN = `(?<!${IN_WORD})@`;
const END = String.raw`(?:(?!${IN_WORD})|(?<=${UNSPACED}\p{M}*)(?!\p{M}))`;

/** No name begins or ends with a space; most end with a letter or a full stop ("Sammy Jr."). */
const NAME_LIKE = /^(?=\S).*(?:[^\s\p{P}]|\.)$/su;
/** The other names: `bo_`, `Cleo (QA)`, `Dee!`. */
export const PUNCTUATED_NAME = /^(?=\S).*(?!\.)\p{P}$/su;

/** A pattern for all mentions of `name`, with the `@`, in a text in composed form (NFC). */
export function mentionOf(name: string): RegExp {
	const spelled = name
		.normalize()
		.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
		.replace(/\s+/g, String.raw`\s*`);
	return new RegExp(BEGIN + spelled + END, 'giu');
}

export const mentions = (text: string, name: string) => text.includes('@') && mentionOf(name).test(text.normalize());

/** At most `most`, because the store looks up each: every word end after an `@` gives one, the shortest first. Many `@`s cost no more. */
export function possibleNames(text: string, most: number, nameLike = NAME_LIKE): string[] {
	const input = text.normalize();
	const starts = input.matchAll(new RegExp(BEGIN, 'gu')).take(most * AT_SIGNS_PER_NAME);
	let scans = Array.from(starts, ({ index }) => namesFrom(input, index + 1, nameLike));
	const found = new Set<string>();
	// In turns, so that an `@` before many words leaves room for the other `@`s.
	while (scans.length > 0) {
		scans = scans.filter((names) => {
			if (found.size >= most) return false;
			const { done, value } = names.next();
			if (!done) found.add(value);
			return !done;
		});
	}
	return [...found];
}

/** `@`s read for each name of `most`: some `@`s repeat a name, some begin none. */
const AT_SIGNS_PER_NAME = 4;

function* namesFrom(input: string, start: number, nameLike: RegExp): Generator<string, void> {
	const after = Array.from(input.slice(start, start + 2 * MAX_PERSON_NAME)).slice(0, MAX_PERSON_NAME);
	let name = '';
	for (const character of after) {
		name += character;
		if (nameLike.test(name) && endsAt(input, start + name.length)) yield name;
	}
}

function endsAt(text: string, at: number): boolean {
	const end = new RegExp(END, 'uy');
	end.lastIndex = at;
	return end.test(text);
}
