/** How much more a message may say, told while it is written. */
import { characters, storedBytes, trimmed } from '../messages/draft.ts';
import { MAX_MESSAGE } from '../limits.ts';

/** So far before the end it is worth a word. */
export const NEAR = 200;

/**
 * What is left, in words, near the end: of the characters, and of the bytes that the store holds. Latin letters are a byte
 * each, others two to four, so that either can be the one that ends first.
 */
export function remaining(typed: string, bytes = Infinity): string {
	const text = trimmed(typed);
	return [say(MAX_MESSAGE - characters(text), 'character'), say(bytes - storedBytes(text), 'byte')]
		.filter(Boolean)
		.join(' · ');
}

function say(left: number, what: string): string {
	if (left > NEAR) return '';
	const count = Math.abs(left);
	return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'} ${left < 0 ? 'too many' : 'left'}`;
}
