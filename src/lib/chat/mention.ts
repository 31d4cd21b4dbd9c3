/**
 * When a text mentions somebody: `@` and their name, with nothing before the `@` that makes it part of a word (an e-mail
 * address), and nothing after the name that makes it another name. Case, and how wide the spaces in a name are, do not
 * matter: @ada, @AdaLovelace. Where "Ada" and "Ada Lovelace" are two people, `@Ada Lovelace` mentions both: no text tells
 * which of them is meant, and a mention too many is better than one that is missed.
 */
import { MAX_PERSON_NAME } from './limits.ts';

/** Scripts that put no spaces between words: in `@花子さん` the name ends where it ends. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const IN_WORD = String.raw`[\p{L}\p{N}\p{M}]`;
const BEGIN = `(?<!${IN_WORD})@`;
const END = String.raw`(?:(?!${IN_WORD})|(?<=${UNSPACED}\p{M}*)(?!\p{M}))`;

/** No name begins or ends with a space; of punctuation, only a full stop is worth asking for ("Sammy Jr."). */
const NAME_LIKE = /^(?=\S).*(?:[^\s\p{P}]|\.)$/su;

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
 * have spaces, so after every `@` each place where a name could end gives one, the shortest first.
 */
export function possibleNames(text: string, most: number): string[] {
	const found = Array.from(text.normalize().matchAll(new RegExp(BEGIN, 'gu')), ({ index, input }) => {
		const after = Array.from(input.slice(index + 1, index + 1 + 2 * MAX_PERSON_NAME)).slice(0, MAX_PERSON_NAME);
		return after
			.map((_, i) => after.slice(0, i + 1).join(''))
			.filter((name) => NAME_LIKE.test(name) && endsAt(input, index + 1 + name.length));
	});
	// In turns: a mention that is followed by many words leaves room for the others.
	const inTurns = Array.from({ length: MAX_PERSON_NAME }, (_, turn) => found.flatMap((names) => names[turn] ?? []));
	return [...new Set(inTurns.flat())].slice(0, most);
}

function endsAt(text: string, at: number): boolean {
	const end = new RegExp(END, 'uy');
	end.lastIndex = at;
	return end.test(text);
}
