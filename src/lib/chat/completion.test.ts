import github from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { begunAt, emojiOf, namedEmoji, peopleOf, replacement } from './completion.ts';
import { isEmoji } from './reaction.ts';

/** The caret is at the bar. */
const at = (text: string) => begunAt(text.replace('|', ''), text.indexOf('|'));

describe('a word is begun', () => {
	test('by @ at the beginning, after a space, a bracket or a line break, and by what follows', () => {
		expect(at('@|')).toEqual({ sign: '@', query: '', from: 0, to: 1 });
		expect(at('Hi @Ad|')).toEqual({ sign: '@', query: 'Ad', from: 3, to: 6 });
		expect(at('(@Ad|)')?.query).toBe('Ad');
		expect(at('tea?\n@Ad|')?.from).toBe(5);
	});

	test('up to the caret, whatever stands after it', () => {
		expect(at('Hi @Ad| and Grace')).toEqual({ sign: '@', query: 'Ad', from: 3, to: 6 });
	});

	test('and goes on after a space, since names have some', () => {
		expect(at('@Ada Lov|')?.query).toBe('Ada Lov');
	});

	test('by : and two letters', () => {
		expect(at('yes :t|')).toBeUndefined();
		expect(at('yes :ta|')).toEqual({ sign: ':', query: 'ta', from: 4, to: 7 });
		expect(at(':+1|')?.query).toBe('+1');
	});

	test('not within a word: an address, a time', () => {
		expect(at('ada@example|')).toBeUndefined();
		expect(at('https://|')).toBeUndefined();
		expect(at('https://a.example:8080|')).toBeUndefined();
		expect(at('at 10:30|')).toBeUndefined();
	});
});

describe('people', () => {
	const names = ['Zoë', 'Ada Lovelace', 'Åsa', 'Адам', '김민지', 'Grace Ada'];
	const found = (query: string) => peopleOf(names, query).map(({ text }) => text);

	test('are found by the beginning of their name, then by that of a later one', () => {
		expect(found('ada')).toEqual(['@Ada Lovelace', '@Grace Ada']);
		expect(found('Ada L')).toEqual(['@Ada Lovelace']);
		expect(found('love')).toEqual(['@Ada Lovelace']);
		expect(found('Ada is')).toEqual([]);
	});

	test('are found with accents and without, in any script, by part of a syllable', () => {
		expect(found('zoe')).toEqual(['@Zoë']);
		expect(found('Zoë')).toEqual(['@Zoë']);
		expect(found('asa')).toEqual(['@Åsa']);
		expect(found('ад')).toEqual(['@Адам']);
		expect(found('기')).toEqual(['@김민지']);
	});

	test('are all there for a bare @, eight at most', () => {
		expect(found('')).toHaveLength(6);
		expect(peopleOf([...names, 'a', 'b', 'c'], '')).toHaveLength(8);
	});
});

describe('emoji', () => {
	const all = namedEmoji(github);
	const found = (query: string) => emojiOf(all, query).map(({ text }) => text);

	test('are found by their name, the exact one first', () => {
		expect(found('tada')[0]).toBe('🎉');
		expect(found('heart')[0]).toBe('❤️');
		expect(found('+1')[0]).toBe('👍');
		expect(found('thumbs')).toEqual(['👍', '👎']);
		expect(found('zzz')[0]).toBe('💤');
		expect(found('qqq')).toEqual([]);
	});

	test('are emoji, every one: what is inserted can be a reaction, too', () => {
		expect(all.length).toBeGreaterThan(1_500);
		// Letters of flags and parts of families have names as well, and are no emoji alone.
		expect(all.filter(({ emoji }) => !isEmoji(emoji)).map(({ names }) => names[0])).toEqual([]);
	});
});

test('a space follows what was completed, where nothing else does', () => {
	expect(replacement({ text: '@Ada' }, '')).toBe('@Ada ');
	expect(replacement({ text: '@Ada' }, 'and')).toBe('@Ada ');
	expect(replacement({ text: '@Ada' }, ' and')).toBe('@Ada');
	expect(replacement({ text: '@Ada' }, '?')).toBe('@Ada');
});
