/** The names of all emoji: 15 kB gzipped, loaded on the first search. */
import { lazy } from '../../lazy.ts';
import { emojiNamed, namedEmoji, type NamedEmoji } from './completion.ts';
import { isEmoji, typedEmoji } from '../messages/reaction.ts';

const shortcodes = lazy(() => import('emojibase-data/en/shortcodes/github.json'));
let loaded: readonly NamedEmoji[] | undefined;

/** Empty if the names could not be loaded. */
export async function emojiNames(): Promise<readonly NamedEmoji[]> {
	const codes = loaded ? undefined : await shortcodes();
	if (codes) loaded = namedEmoji(codes.default);
	return loaded ?? [];
}

/** The emoji for a typed emoji or name; any other text comes back normalised and fails `isEmoji`. */
export async function typedOrNamed(typed: string): Promise<string> {
	const emoji = typedEmoji(typed);
	return isEmoji(emoji) ? emoji : (emojiNamed(await emojiNames(), typed) ?? emoji);
}
