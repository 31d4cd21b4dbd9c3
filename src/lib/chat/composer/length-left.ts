import { characters, storedBytes, trimmed } from '../messages/draft.ts';
import { MAX_MESSAGE } from '../limits.ts';

export const NEAR = 200;

/**
 * What is left of the limit that ends first, as text, once that is fewer than NEAR. A Latin letter takes one byte, others two to
 * four, so either limit can be reached first.
 */
export function remaining(typed: string, bytes = Infinity): string {
	const text = trimmed(typed);
	const [charactersLeft, bytesLeft] = [MAX_MESSAGE - characters(text), bytes - storedBytes(text)];
	return bytesLeft < charactersLeft ? say(bytesLeft, 'byte') : say(charactersLeft, 'character');
}

function say(left: number, what: string): string {
	if (left > NEAR) return '';
	const count = Math.abs(left);
	return `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'} ${left < 0 ? 'too many' : 'left'}`;
}
