/**
 * When a text mentions somebody: `@` and their name, with nothing before the `@` that makes it part of a word (an e-mail
 * address), and nothing after the name that makes it another name. Case, and how wide the spaces in a name are, do not
 * matter: @ada, @AdaLovelace. Where "Ada" and "Ada Lovelace" are two people, `@Ada Lovelace` mentions the second. What
 * is counted is what is shown (mentioned-names.ts).
 */
import { MAX_PERSON_NAME } from '../limits.ts';

/** Scripts that put no spaces between words: in `@花子さん` the name ends where it ends. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const IN_WORD = String.raw`[\p{L}\p{N}\p{M}]`;
const BEGIN = `(?<!${IN_WORD})@`;
const END = String.raw`(?:(?!${IN_WORD})|(?<=${UNSPACED}\p{M}*)(?!\p{M}))`;

/** No name begins or ends with a space; most end with a letter, or with a full stop ("Sammy Jr."). */
const NAME_LIKE = /^(?=\S).*(?:[^\s\p{P}]|\.)$/su;
/** The others: `bo_`, `Cleo (QA)`, `Dee!`. */
export const PUNCTUATED_NAME = /^(?=\S).*(?!\.)\p{P}$/su;

/** Finds every mention of `name`, the `@` included, in a text in composed form (NFC). */
export function mentionOf(name: string): RegExp {
	const spelled = name
		.normalize()
		.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
		.replace(/\s+/g, String.raw`\s*`);
	return new RegExp(BEGIN + spelled + END, 'giu');
}

/** Whether `text` mentions the person of this name. */
export const mentions = (text: string, name: string) => text.includes('@') && mentionOf(name).test(text.normalize());

/**
 * What a message may say after its `@`s that could be names: the store is asked for each, so there is an end to them. Names
 * have spaces, so after every `@` each place where a name could end gives one, the shortest first. It costs what `most`
 * names cost, however many `@`s there are.
 */
export function possibleNames(text: string, most: number, nameLike = NAME_LIKE): string[] {
	const input = text.normalize();
	const starts = input.matchAll(new RegExp(BEGIN, 'gu')).take(most * AT_SIGNS_PER_NAME);
	let scans = Array.from(starts, ({ index }) => namesFrom(input, index + 1, nameLike));
	const found = new Set<string>();
	// In turns: a mention that is followed by many words leaves room for the others.
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

/** So many `@`s are looked at for each name that is asked for: some repeat a name, and some begin none. */
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
