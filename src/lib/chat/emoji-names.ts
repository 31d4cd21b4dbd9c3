/** The names of all emoji, 15 kB of gzip: loaded when the first is looked for. */
import { emojiNamed, namedEmoji, type NamedEmoji } from './completion.ts';
import { isEmoji, typedEmoji } from './reaction.ts';

let loaded: readonly NamedEmoji[] | undefined;

export async function emojiNames(): Promise<readonly NamedEmoji[]> {
	loaded ??= namedEmoji((await import('emojibase-data/en/shortcodes/github.json')).default);
	return loaded;
}

/** The emoji that somebody typed, or whose name they typed; what is neither comes back as an emoji would, and is none. */
export async function typedOrNamed(typed: string): Promise<string> {
	const emoji = typedEmoji(typed);
	return isEmoji(emoji) ? emoji : (emojiNamed(await emojiNames(), typed) ?? emoji);
}
