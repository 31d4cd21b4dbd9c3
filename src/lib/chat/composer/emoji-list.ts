/** All emoji by group, for a picker. Their data is loaded when it first opens; the build keeps the used fields (build/emoji-data.ts). */
import { lazy } from '../../lazy.ts';
import { isEmoji, typedEmoji } from '../messages/reaction.ts';
import { emojiNames } from './emoji-names.ts';

export interface ListedEmoji {
	emoji: string;
	/** `party popper`. */
	label: string;
	/** Short names: `tada`. */
	names: readonly string[];
	tags: readonly string[];
	group: string;
}

/** Emojibase's numbers; 2 is for parts of emoji, such as skin tones. */
export const GROUPS: Readonly<Record<number, string>> = {
	0: 'Smileys',
	1: 'People',
	3: 'Animals and nature',
	4: 'Food and drink',
	5: 'Travel and places',
	6: 'Activities',
	7: 'Objects',
	8: 'Symbols',
	9: 'Flags'
};

const data = lazy(() => import('emojibase-data/en/compact.json'));
let loaded: readonly ListedEmoji[] | undefined;

/** In the order of Unicode. Empty if they could not be loaded. */
export async function emojiList(): Promise<readonly ListedEmoji[]> {
	if (loaded) return loaded;
	const [part, named] = await Promise.all([data(), emojiNames()]);
	if (!part) return [];
	const names = new Map(named.map(({ emoji, names }) => [emoji, names]));
	loaded = part.default.flatMap(({ unicode, label, tags = [], group = 2 }) => {
		const emoji = typedEmoji(unicode);
		const name = GROUPS[group];
		// An emoji that this browser does not know yet has no picture either.
		return name && isEmoji(emoji) ? { emoji, label, tags, group: name, names: names.get(emoji) ?? [] } : [];
	});
	return loaded;
}

/** A short name that is the query, then names and words that begin with it, then words within, then related words. */
export function findEmoji(all: readonly ListedEmoji[], query: string): readonly ListedEmoji[] {
	const wanted = query.trim().toLowerCase().replace(/^:|:$/g, '').replace(/_/g, ' ');
	if (wanted === '') return all;
	const rankOf = ({ emoji, label, names, tags }: ListedEmoji) => {
		if (emoji === typedEmoji(query)) return 0;
		const texts = [...names.map((name) => name.replace(/_/g, ' ')), label.toLowerCase()];
		if (texts.includes(wanted)) return 0;
		if (texts.some((text) => text.startsWith(wanted))) return 1;
		if (texts.some((text) => text.includes(` ${wanted}`))) return 2;
		return tags.some((tag) => tag.startsWith(wanted)) ? 3 : 4;
	};
	const ranked = all.map((listed) => ({ listed, rank: rankOf(listed) })).filter(({ rank }) => rank < 4);
	return ranked.sort((a, b) => a.rank - b.rank).map(({ listed }) => listed);
}

export const SKIN_TONES = [
	{ tone: '', name: 'Yellow' },
	{ tone: '🏻', name: 'Light' },
	{ tone: '🏼', name: 'Medium light' },
	{ tone: '🏽', name: 'Medium' },
	{ tone: '🏾', name: 'Medium dark' },
	{ tone: '🏿', name: 'Dark' }
] as const;

const BODY = /(\p{Emoji_Modifier_Base})\ufe0f?/gu;

export function withTone(emoji: string, tone: string): string {
	const bodies = emoji.match(BODY)?.length ?? 0;
	if (!tone || bodies === 0) return emoji;
	const toned = emoji.replace(BODY, `$1${tone}`);
	return isEmoji(toned) ? toned : emoji;
}
