import { expect, test } from 'vitest';
import { matchNames, searchable } from './name-search.ts';

const NAMES = ['Ada Lovelace', 'Anne-Marie', 'Åsa', 'Grace Ada', 'Zoë', 'Łukasz', 'Straße', 'Адам', '김민지', '花子'];
const found = (typed: string) =>
	matchNames(
		NAMES.map((name) => ({ name, search: searchable(name) })),
		typed
	).map(({ name }) => name);

test('a name is found by the beginning of each of its words, the first word first', () => {
	expect(found('ada')).toEqual(['Ada Lovelace', 'Grace Ada']);
	expect(found('love')).toEqual(['Ada Lovelace']);
	expect(found('marie')).toEqual(['Anne-Marie']);
	expect(found('ovelace')).toEqual([]);
});

test('a name is found by several words, whatever is between them', () => {
	expect(found('Ada L')).toEqual(['Ada Lovelace']);
	expect(found('anne marie')).toEqual(['Anne-Marie']);
	expect(found('Anne-M')).toEqual(['Anne-Marie']);
	expect(found('ada is')).toEqual([]);
});

test('a name is found without its accents and case, in any script, by a part of a syllable', () => {
	for (const typed of ['zoe', 'ZOË', 'Zoe\u0308']) expect(found(typed)).toEqual(['Zoë']);
	expect(found('asa')).toEqual(['Åsa']);
	expect(found('ад')).toEqual(['Адам']);
	expect(found('기')).toEqual(['김민지']);
	expect(found('花')).toEqual(['花子']);
});

test('nothing typed finds everybody', () => {
	expect(found('')).toEqual(NAMES);
	expect(found(' ')).toEqual(NAMES);
});
