import { MAX_EMOJI_NAME, MAX_OFFERED_PEOPLE, MAX_PERSON_NAME } from '../limits.ts';
import { typedEmoji } from '../messages/reaction.ts';
import { matchNames, searchable } from '../search/name-search.ts';

export interface Begun {
	sign: '@' | ':';
	query: string;
	from: number;
	to: number;
}

export interface NamedEmoji {
	emoji: string;
	names: readonly string[];
}

export interface Offer {
	text: string;
	name?: string;
}

const MAX_OFFERS = 8;
/** A colon with one letter is usually a smiley or a list. */
const LEAST_OF_EMOJI = 2;

// A sign within a word (e-mail or web address, time of day) begins no completion. Names of people contain spaces.
const PERSON = /(?<![\p{L}\p{N}\p{M}_.@/])@([^@\n]*)$/u;
const EMOJI = /(?<![\p{L}\p{N}\p{M}_:/]):([a-z0-9_+-]+)$/iu;
const WHOLE_NAME = /(?<![\p{L}\p{N}\p{M}_:/]):([a-z0-9_+-]+):$/iu;

export function begunAt(text: string, caret: number): Begun | undefined {
	const before = text.slice(Math.max(0, caret - 2 * MAX_PERSON_NAME), caret);
	// Emoji first: names of people contain spaces, so an earlier `@` also reaches the caret.
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

/** Whether Enter accepts the first offer without a selection: a message may end in `:10`. */
export const isTakenByEnter = ({ sign, query }: Begun): boolean =>
	sign === '@' || (query.match(/\p{L}/gu) ?? []).length >= LEAST_OF_EMOJI;

export function wholeNameAt(text: string, caret: number): { name: string; from: number; to: number } | undefined {
	const name = WHOLE_NAME.exec(text.slice(Math.max(0, caret - MAX_EMOJI_NAME), caret))?.[1];
	if (name === undefined || isInCode(text.slice(0, caret))) return undefined;
	return { name, from: caret - name.length - 2, to: caret };
}

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

/** @param likely people who have written on the page or are present, the likeliest first. @param found other people */
export function peopleOf(likely: readonly string[], query: string, found: readonly string[] = []): Offer[] {
	// What was found arrives later: it must not move what Enter is about to take.
	const matching = [likely, found].flatMap((names) =>
		matchNames(
			names.map((name) => ({ name, search: searchable(name) })),
			query
		)
	);
	const names = new Set(matching.map(({ name }) => name));
	return [...names].slice(0, MAX_OFFERED_PEOPLE).map((name) => ({ text: `@${name}` }));
}

/** The exact name first, then names that begin with the query, then names with a word that does; shorter names first. */
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

export function emojiNamed(all: readonly NamedEmoji[], typed: string): string | undefined {
	const name = typed.trim().toLowerCase().replace(/^:|:$/g, '').replace(/ /g, '_');
	return all.find(({ names }) => names.includes(name))?.emoji;
}

export const replacement = (offer: Offer, after: string) => offer.text + (/^[\s.,;:!?)\]}]/.test(after) ? '' : ' ');

/** GitHub's short names from emojibase-data: hex code points to one name or several. */
export const namedEmoji = (codes: Readonly<Record<string, string | readonly string[]>>): NamedEmoji[] =>
	Object.entries(codes).map(([hex, names]) => ({
		emoji: typedEmoji(String.fromCodePoint(...hex.split('-').map((point) => parseInt(point, 16)))),
		names: typeof names === 'string' ? [names] : names
	}));
