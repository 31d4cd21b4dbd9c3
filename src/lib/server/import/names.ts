/** Names for what is imported: the name it had, or that with a number where it is another's. */
import { MAX_PERSON_NAME, MAX_ROOM_NAME } from '../../chat/limits.ts';
import { clean } from '../../chat/messages/draft.ts';
import { personName, roomName } from '../../chat/people/name.ts';

/** Tried before an import gives up: a place with more rooms or people of one name is not the work of people. */
const MOST_NUMBERS = 1_000;

export const roomNames = (typed: string) => names(typed, MAX_ROOM_NAME, 'Imported room', (name) => roomName(name).ok);
export const personNames = (typed: string) => names(typed, MAX_PERSON_NAME, 'Somebody', (name) => personName(name).ok);

function* names(typed: string, most: number, fallback: string, isName: (text: string) => boolean): Generator<string> {
	const cut = (text: string, length: number) => Array.from(text).slice(0, length).join('').trim();
	// What is longer than any name is not worth its normalisation.
	const short = cut(
		clean(typed.slice(0, 4 * most))
			.replace(/\s+/gu, ' ')
			.trim(),
		most
	);
	const base = isName(short) ? short : fallback;
	yield base;
	for (let number = 2; number <= MOST_NUMBERS; number++) {
		const suffix = ` (${number})`;
		yield cut(base, most - suffix.length) + suffix;
	}
}
