/** After Unicode Technical Standard 39: "PauI" with a capital i reads as "Paul". Capitals are compared too. */
import { CONFUSABLES } from './confusables.ts';

let table: Map<string, string> | undefined;

/** Skeletons of the 5,000 confusable characters, parsed at first use. */
export function looksOfCharacters(): ReadonlyMap<string, string> {
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

/** No font draws these: format characters, fillers, the empty Braille cell, the object replacement, a null notehead. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|\p{Cf}|[\u2800\ufffc]|\u{1d159}|\u{16fe4}/gu;

function skeleton(text: string): string {
	const replaced = (typed: string) => Array.from(typed, (letter) => looksOfCharacters().get(letter) ?? letter).join('');
	const once = replaced(text.replace(UNSEEN, '').normalize('NFD'));
	return (
		replaced(once.normalize('NFKD'))
			// The standard replaces m by rn. The reverse gives skeletons that people are more likely to have typed.
			.replaceAll('rn', 'm')
			// Names ignore case, but L does not look like l, while a capital i does.
			.replace(/[^L]/gu, (letter) => letter.toLowerCase())
			.normalize('NFC')
	);
}

export const skeletonsOf = (name: string): string[] => [...new Set([skeleton(name), skeleton(name.toUpperCase())])];

export function lookAlike(one: string, other: string): boolean {
	const skeletons = skeletonsOf(one);
	return skeletonsOf(other).some((skeleton) => skeletons.includes(skeleton));
}

/** The same for all names that may look alike, and for some others. */
export const groupOf = (name: string): string => skeleton(name).toLowerCase().replaceAll('i', 'l');

/** The groups of what looks like the name in small letters or in capitals: of "ARN0", those of "arn0" and "amo". */
export const groupsOf = (name: string): string[] => [
	...new Set([name, name.toLowerCase(), name.toUpperCase()].map(groupOf))
];

/** Whether all that looks like the name has its group. Not so of "arno": "ARN0" looks like it in capitals, and rn is an m in small letters. */
export const isOneGroup = (name: string): boolean =>
	skeletonsOf(name).every((look) => [look, look.toUpperCase()].every((typed) => groupOf(typed) === groupOf(name)));
