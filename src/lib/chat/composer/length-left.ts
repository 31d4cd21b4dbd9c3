import { characters, storedBytes, trimmed } from '../messages/draft.ts';
import { MAX_MESSAGE } from '../limits.ts';

export const NEAR = 200;

/**
 * The characters and bytes left, as text, once fewer than NEAR are left. A Latin letter takes one byte, others two to
 * four, so either limit can be reached first.
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
