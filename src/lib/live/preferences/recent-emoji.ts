import { browserKeep } from '../composer/browser-storage.ts';

/** Most that are kept. */
const KEPT = 12;

const keep = browserKeep<readonly string[]>(
	'parley:recent-emoji',
	(value): value is readonly string[] => Array.isArray(value) && value.every((each) => typeof each === 'string')
);

/** The emoji that this browser used last, filled up with `usual`. */
export const recentEmoji = (usual: readonly string[], count: number): readonly string[] =>
	[...new Set([...(keep.all()[0] ?? []), ...usual])].slice(0, count);

export function rememberEmoji(emoji: string): void {
	keep.put('', [...new Set([emoji, ...recentEmoji([], KEPT)])].slice(0, KEPT));
}
