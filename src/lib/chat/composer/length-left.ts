import { LENGTH_LEFT_SHOWN, MAX_MESSAGE } from '../limits.ts';
import { characters, storedBytes, trimmed } from '../messages/draft.ts';

export interface LengthLeft {
	/** Empty far from the limit. */
	text: string;
	isTooLong: boolean;
}

/** Characters or bytes left, by the limit that is reached first: a letter beyond Latin takes two to four bytes. */
export function lengthLeft(typed: string, bytes = Infinity): LengthLeft {
	const text = trimmed(typed);
	const [charactersLeft, bytesLeft] = [MAX_MESSAGE - characters(text), bytes - storedBytes(text)];
	return bytesLeft < charactersLeft ? leftOf(bytesLeft, 'byte') : leftOf(charactersLeft, 'character');
}

function leftOf(left: number, unit: string): LengthLeft {
	if (left > LENGTH_LEFT_SHOWN) return { text: '', isTooLong: false };
	const count = Math.abs(left);
	const isTooLong = left < 0;
	const text = `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'} ${isTooLong ? 'too many' : 'left'}`;
	return { text, isTooLong };
}
