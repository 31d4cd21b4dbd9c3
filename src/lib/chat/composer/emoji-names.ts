/** The names of all emoji, 15 kB of gzip: loaded when the first is looked for. */
import { lazy } from '../../lazy.ts';
import { emojiNamed, namedEmoji, type NamedEmoji } from './completion.ts';
import { isEmoji, typedEmoji } from '../messages/reaction.ts';

const shortcodes = lazy(() => import('emojibase-data/en/shortcodes/github.json'));
let loaded: readonly NamedEmoji[] | undefined;

/** None, where they could not be loaded. */
export async function emojiNames(): Promise<readonly NamedEmoji[]> {
	const codes = loaded ? undefined : await shortcodes();
	if (codes) loaded = namedEmoji(codes.default);
	return loaded ?? [];
}

/** The emoji that somebody typed, or whose name they typed; what is neither comes back as an emoji would, and is none. */
export async function typedOrNamed(typed: string): Promise<string> {
	const emoji = typedEmoji(typed);
	return isEmoji(emoji) ? emoji : (emojiNamed(await emojiNames(), typed) ?? emoji);
}
