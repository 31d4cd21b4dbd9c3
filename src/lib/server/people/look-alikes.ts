/**
 * Names that look alike, after Unicode Technical Standard 39: "PauI" with a capital i reads as "Paul". A skeleton is what
 * a name looks like as it is typed, or in capitals, since people write each other's names in either.
 */
import { CONFUSABLES } from './confusables.ts';

let table: Map<string, string> | undefined;

/** The skeleton of each confusable character; 5,000 of them, read when the first name is compared. */
function skeletons(): ReadonlyMap<string, string> {
	if (table) return table;
	table = new Map();
	const character = (hex: string) => String.fromCodePoint(parseInt(hex, 16));
	for (const entry of CONFUSABLES.trim().split(/\s+/)) {
		const [skeleton = '', sources = ''] = entry.split(':');
		const looks = skeleton.split('.').map(character).join('');
		for (const run of sources.split(',')) {
			const [from = 0, to = from] = run.split('-').map((hex) => parseInt(hex, 16));
			for (let point = from; point <= to; point++) table.set(String.fromCodePoint(point), looks);
		}
	}
	return table;
}

/** Nothing that a font draws: format characters, fillers, the empty Braille cell, the object replacement, a null notehead. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|\p{Cf}|[\u2800\ufffc]|\u{1d159}|\u{16fe4}/gu;

function skeleton(text: string): string {
	const replaced = (typed: string) => Array.from(typed, (letter) => skeletons().get(letter) ?? letter).join('');
	const once = replaced(text.replace(UNSEEN, '').normalize('NFD'));
	return (
		replaced(once.normalize('NFKD'))
			// The standard takes an m for rn. The other way round, a skeleton is what most people would type.
			.replaceAll('rn', 'm')
			// Case does not make another name, but L is no look-alike of l, which a capital i is.
			.replace(/[^L]/gu, (letter) => letter.toLowerCase())
			.normalize('NFC')
	);
}

/** What a name looks like, as it is typed and in capitals. */
export const skeletonsOf = (name: string): string[] => [...new Set([skeleton(name), skeleton(name.toUpperCase())])];

/** Whether two names may be taken for each other. */
export function lookAlike(one: string, other: string): boolean {
	const skeletons = skeletonsOf(one);
	return skeletonsOf(other).some((skeleton) => skeletons.includes(skeleton));
}

/** The same for all names that may look alike, and for some more: what their claims are filed under. */
export const groupOf = (name: string): string => skeleton(name).toLowerCase().replaceAll('i', 'l');
