import { characters, clean } from '../messages/draft.ts';
import { MAX_NORMALIZED, MAX_PERSON_NAME, MAX_PLACE_NAME, MAX_ROOM_ADDRESS, MAX_ROOM_NAME } from '../limits.ts';

export type NameRefusal = 'empty' | 'too-long' | 'unprintable' | 'unassigned' | 'mixed-scripts' | 'no-letters';
export type Name = { ok: true; name: string; folded: string } | { ok: false; because: NameRefusal };

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Co}\p{Cs}\u2028\u2029]/u;
/** Joiners and variation selectors are part of emoji and several scripts, so they are accepted. */
const JOINERS = /\u200c|\u200d|\ufe0e|\ufe0f/g;
const TOO_MANY_MARKS = /\p{M}{5}/u;
/** Of a later Unicode than the server’s: nobody knows yet how such a name will be folded, and stored keys depend on it. */
const UNASSIGNED = /\p{Cn}/u;

export interface NameOptions {
	/** The name may have been taken in an earlier version, so unassigned characters are accepted. */
	isClaimed?: boolean;
}

/** A text that is longer than any name is left as it is, and refused for its length. */
const tidy = (typed: string) =>
	typed.length > MAX_NORMALIZED ? typed : clean(typed).normalize('NFC').replace(/\s+/gu, ' ').trim();

/** Two people may not look the same: {@link Name.folded} is compared, and mixed scripts are refused, but for those of East Asia. */
export function personName(typed: string, { isClaimed = false }: NameOptions = {}): Name {
	const name = tidy(typed);
	if (name === '') return { ok: false, because: 'empty' };
	if (characters(name) > MAX_PERSON_NAME) return { ok: false, because: 'too-long' };
	if (INVISIBLE.test(name.replace(JOINERS, '')) || TOO_MANY_MARKS.test(name))
		return { ok: false, because: 'unprintable' };
	if (!isClaimed && UNASSIGNED.test(name)) return { ok: false, because: 'unassigned' };
	const folded = foldPersonName(name);
	if (!/[\p{L}\p{N}]/u.test(folded)) return { ok: false, because: 'no-letters' };
	if (mixesScripts(name.normalize('NFKC'))) return { ok: false, because: 'mixed-scripts' };
	return { ok: true, name, folded };
}

export type PlaceName =
	{ ok: true; name: string } | { ok: false; because: Exclude<NameRefusal, 'mixed-scripts' | 'unassigned'> };

export function placeName(typed: string): PlaceName {
	const name = tidy(typed);
	if (name === '') return { ok: false, because: 'empty' };
	if (characters(name) > MAX_PLACE_NAME) return { ok: false, because: 'too-long' };
	if (INVISIBLE.test(name.replace(JOINERS, '')) || TOO_MANY_MARKS.test(name))
		return { ok: false, because: 'unprintable' };
	return /[\p{L}\p{N}]/u.test(name) ? { ok: true, name } : { ok: false, because: 'no-letters' };
}

/** `folded` begins the address of the room. */
export type RoomName = (Extract<Name, { ok: true }> & { spelling: string }) | Extract<Name, { ok: false }>;

export function roomName(typed: string, { isClaimed = false }: NameOptions = {}): RoomName {
	const name = tidy(typed);
	if (name === '') return { ok: false, because: 'empty' };
	if (characters(name) > MAX_ROOM_NAME) return { ok: false, because: 'too-long' };
	if (INVISIBLE.test(name.replace(JOINERS, '')) || TOO_MANY_MARKS.test(name))
		return { ok: false, because: 'unprintable' };
	if (!isClaimed && UNASSIGNED.test(name)) return { ok: false, because: 'unassigned' };
	const folded = shortened(slug(name), MAX_ROOM_ADDRESS);
	if (folded === '') return { ok: false, because: 'no-letters' };
	return { ok: true, name, folded, spelling: foldRoomName(name) };
}

const FORMAT = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const LETTERS = String.raw`\p{L}\p{N}\p{M}\p{Extended_Pictographic}\p{Regional_Indicator}`;
const BETWEEN_LETTERS = new RegExp(`[^${LETTERS}]+`, 'gu');
const PUNCTUATION = new RegExp(String.raw`[^${LETTERS}\p{S}#&@%*]+`, 'gu');

const joinedBy = (name: string, between: RegExp) =>
	name
		.normalize('NFKC')
		.toLowerCase()
		.replace(FORMAT, '')
		.replace(between, '-')
		.replace(/^-+|-+$/g, '')
		.normalize('NFC');

/** Case, spaces and sentence punctuation make no other room (`Kitchen!`); symbols do (`C++`, `C#`). */
export const foldRoomName = (name: string) => joinedBy(name, PUNCTUATION);

/** `Grace's  Kitchen` → `grace-s-kitchen`, `日本語` → `日本語`, `🎉` → `🎉`. Empty if no letter, digit or emoji is left. */
export const slug = (name: string) => joinedBy(name, BETWEEN_LETTERS);

/** The `number`th of several equal addresses: `c`, `c-2`, `c-3`. */
export const numbered = (address: string, number: number | string) =>
	number === 1 ? address : `${shortened(address, MAX_ROOM_ADDRESS - `-${number}`.length)}-${number}`;

/** At most `most` UTF-16 units, without splitting a grapheme. */
function shortened(address: string, most: number): string {
	if (address.length <= most) return address;
	let kept = '';
	for (const { segment } of new Intl.Segmenter('en').segment(address)) {
		if (kept.length + segment.length > most) break;
		kept += segment;
	}
	return kept.replace(/-+$/, '');
}

/**
 * The spelling of a name in the key of its claims. Stored keys depend on it: another folding would not find them. A later ICU folds
 * assigned characters as before: https://www.unicode.org/policies/stability_policy.html keeps normalization, and whether two
 * assigned characters are a case pair. Not kept are properties, and the case of a letter that gets its partner later (so did
 * those of Cherokee): lib/server/names/stable-keys.test.ts compares all keys with those of Unicode 17.
 */
export const foldPersonName = (name: string) => lookAlike(fold(name));

/** Compatibility forms, case, invisible characters and spaces make no other name. */
function fold(name: string): string {
	return name
		.normalize('NFKC')
		.toLowerCase()
		.normalize('NFKD')
		.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}\s]/gu, '')
		.normalize('NFKC');
}

/** Letters that look Latin, after folding. Keys of claims contain this mapping; lib/server/names/look-alikes.ts decides look-alikes. */
const LOOK_ALIKES = new Map(
	Object.entries({
		...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', һ: 'h', і: 'i', ј: 'j', к: 'k', ӏ: 'l', м: 'm', н: 'h' },
		...{ о: 'o', р: 'p', ԛ: 'q', ѕ: 's', т: 't', у: 'y', ү: 'y', ѵ: 'v', ԝ: 'w', х: 'x', ӕ: 'æ' },
		...{ α: 'a', β: 'ß', γ: 'y', η: 'n', ι: 'i', κ: 'k', ν: 'v', ο: 'o', ρ: 'p', σ: 'o', τ: 't', υ: 'u', χ: 'x' },
		...{ օ: 'o', ո: 'n', ս: 'u', հ: 'h', ց: 'g', յ: 'j', զ: 'q' },
		...{ ı: 'i', ɑ: 'a', ɡ: 'g', ɩ: 'i', ʏ: 'y', ᴏ: 'o' }
	})
);
const lookAlike = (folded: string) => Array.from(folded, (letter) => LOOK_ALIKES.get(letter) ?? letter).join('');

const SCRIPTS = [
	...['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Devanagari', 'Bengali', 'Gurmukhi'],
	...['Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala', 'Thai', 'Lao', 'Tibetan', 'Myanmar'],
	...['Khmer', 'Ethiopic', 'Mongolian', 'Cherokee', 'Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul']
].map((script) => ({ script, letter: new RegExp(`\\p{Script=${script}}`, 'u') }));

const OTHER_LETTER = /\p{L}/u;
const COMMON = /[\p{Script=Common}\p{Script=Inherited}]/u;

/** Mixes that are "highly restrictive" by Unicode Technical Standard 39: ordinary writing in East Asia. */
const ORDINARY_MIXES = [
	['Latin', 'Han', 'Hiragana', 'Katakana'],
	['Latin', 'Han', 'Bopomofo'],
	['Latin', 'Han', 'Hangul']
];

/** Whether a label of a host can be read as another label: letters of several scripts, or only letters with a Latin look-alike. */
export const posesAsLatin = (label: string) =>
	/[^\p{ASCII}]/u.test(label) && (mixesScripts(label) || /^\p{ASCII}+$/u.test(lookAlike(label.toLowerCase())));

function mixesScripts(name: string): boolean {
	const found = new Set<string>();
	for (const letter of name) {
		if (COMMON.test(letter)) continue;
		const known = SCRIPTS.find((candidate) => candidate.letter.test(letter));
		if (known) found.add(known.script);
		else if (OTHER_LETTER.test(letter)) found.add('other');
	}
	return found.size > 1 && !ORDINARY_MIXES.some((mix) => [...found].every((script) => mix.includes(script)));
}
