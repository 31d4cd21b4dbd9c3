/** Completing what is being typed: `@` and a person's name, `:` and an emoji's. */
import { MAX_EMOJI_NAME, MAX_PERSON_NAME } from '../limits.ts';
import { typedEmoji } from '../messages/reaction.ts';

/** The word at the caret that can be completed: from its sign to the caret. */
export interface Begun {
	sign: '@' | ':';
	/** What stands after the sign. */
	query: string;
	from: number;
	to: number;
}

/** An emoji and the names that people know it by. */
export interface NamedEmoji {
	emoji: string;
	names: readonly string[];
}

/** What can take the place of what was begun, and how it is told. */
export interface Offer {
	text: string;
	/** Beside an emoji: the name that was found. */
	name?: string;
}

/** So many are offered at once. */
const MAX_OFFERS = 8;
/** A single letter after a colon is a smiley or a list more often than an emoji's name. */
const LEAST_OF_EMOJI = 2;

// A sign within a word begins nothing: an address of mail or web, a time of day. Names of people have spaces.
const PERSON = /(?<![\p{L}\p{N}\p{M}_.@/])@([^@\n]*)$/u;
const EMOJI = /(?<![\p{L}\p{N}\p{M}_:/]):([a-z0-9_+-]+)$/iu;
const WHOLE_NAME = /(?<![\p{L}\p{N}\p{M}_:/]):([a-z0-9_+-]+):$/iu;

export function begunAt(text: string, caret: number): Begun | undefined {
	const before = text.slice(Math.max(0, caret - 2 * MAX_PERSON_NAME), caret);
	// The word at the caret first: a person's name has spaces, and an earlier @ reaches up to here as well.
	for (const [sign, form, least] of [
		[':', EMOJI, LEAST_OF_EMOJI],
		['@', PERSON, 0]
	] as const) {
		const query = form.exec(before)?.[1];
		if (query === undefined || query.length < least || (sign === ':' && isInCode(text.slice(0, caret)))) continue;
		return { sign, query, from: caret - query.length - 1, to: caret };
	}
	return undefined;
}

/** Whether Enter takes the first offer though nobody moved to it: `:10` may just be how a message ends. */
export const isTakenByEnter = ({ sign, query }: Begun): boolean =>
	sign === '@' || (query.match(/\p{L}/gu) ?? []).length >= LEAST_OF_EMOJI;

/** An emoji's whole name with both of its colons, which ends at the caret. */
export function wholeNameAt(text: string, caret: number): { name: string; from: number; to: number } | undefined {
	const name = WHOLE_NAME.exec(text.slice(Math.max(0, caret - MAX_EMOJI_NAME), caret))?.[1];
	if (name === undefined || isInCode(text.slice(0, caret))) return undefined;
	return { name, from: caret - name.length - 2, to: caret };
}

/** Whether what is typed after this is code: a fence, or code within a line, is open. */
export function isInCode(before: string): boolean {
	let fence = '';
	let paragraph = '';
	for (const line of before.split('\n')) {
		const [, ticks = ''] = /^[\s>]*(`{3,})[^`]*$/.exec(line) ?? [];
		if (fence) {
			if (ticks.length >= fence.length) fence = '';
			paragraph = '';
		} else if (ticks) fence = ticks;
		else paragraph = line.trim() ? `${paragraph}\n${line}` : '';
	}
	return fence !== '' || paragraph.replace(/(?<!`)(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '').includes('`');
}

/** Letters without their marks and case: `Zoë` is found by `zoe`, and `ZOË` too. */
const bare = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Those whose name begins so, and after them those of whom a later name does. */
export function peopleOf(names: readonly string[], query: string): Offer[] {
	const wanted = bare(query);
	const first = names.filter((name) => bare(name).startsWith(wanted));
	const later = names.filter(
		(name) =>
			!first.includes(name) &&
			wanted !== '' &&
			bare(name)
				.split(/[\s-]+/)
				.some((part) => part.startsWith(wanted))
	);
	return [...first, ...later].slice(0, MAX_OFFERS).map((name) => ({ text: `@${name}` }));
}

/** The exact name first, then those that begin so, then those with a word that does; the shorter name is the likelier. */
export function emojiOf(all: readonly NamedEmoji[], query: string): Offer[] {
	const wanted = query.toLowerCase();
	const rank = (name: string) => (name.startsWith(wanted) ? 0 : name.includes(`_${wanted}`) ? 1 : 2);
	return all
		.flatMap(({ emoji, names }) => {
			const [name] = [...names].sort((a, b) => rank(a) - rank(b) || a.length - b.length);
			return name && rank(name) < 2 ? [{ text: emoji, name }] : [];
		})
		.sort((a, b) => rank(a.name) - rank(b.name) || a.name.length - b.name.length || (a.name < b.name ? -1 : 1))
		.slice(0, MAX_OFFERS);
}

/** The emoji of exactly this name, which may come with its colons, or with spaces for its lines. */
export function emojiNamed(all: readonly NamedEmoji[], typed: string): string | undefined {
	const name = typed.trim().toLowerCase().replace(/^:|:$/g, '').replace(/ /g, '_');
	return all.find(({ names }) => names.includes(name))?.emoji;
}

/** What to put in place of the begun word: a space follows, unless something stands there that needs none. */
export const replacement = (offer: Offer, after: string) => offer.text + (/^[\s.,;:!?)\]}]/.test(after) ? '' : ' ');

/** GitHub's short names as emojibase-data has them: by code points in hex, one name or several. */
export const namedEmoji = (codes: Readonly<Record<string, string | readonly string[]>>): NamedEmoji[] =>
	Object.entries(codes).map(([hex, names]) => ({
		emoji: typedEmoji(String.fromCodePoint(...hex.split('-').map((point) => parseInt(point, 16)))),
		names: typeof names === 'string' ? [names] : names
	}));
