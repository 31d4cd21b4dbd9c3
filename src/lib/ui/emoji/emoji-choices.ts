/** The skin tone and the emoji that were picked last, kept in the browser. Without storage nothing is kept. */
import { MAX_RECENT_EMOJI } from '../../chat/limits.ts';
import { isEmoji } from '../../chat/messages/reaction.ts';

const TONE = 'parley:emoji:tone';
const RECENT = 'parley:emoji:recent';

function read(key: string): string {
	try {
		return localStorage.getItem(key) ?? '';
	} catch {
		return '';
	}
}

function write(key: string, value: string): void {
	try {
		localStorage.setItem(key, value);
	} catch {
		// Nothing is kept.
	}
}

export const keptTone = (): string => read(TONE);
export const keepTone = (tone: string): void => write(TONE, tone);

/** The last one first. */
export const recentEmoji = (): string[] => read(RECENT).split(' ').filter(isEmoji).slice(0, MAX_RECENT_EMOJI);

export function noteEmoji(emoji: string): void {
	write(RECENT, [emoji, ...recentEmoji().filter((other) => other !== emoji)].slice(0, MAX_RECENT_EMOJI).join(' '));
}
