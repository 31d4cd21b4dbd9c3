import github from 'emojibase-data/en/shortcodes/github.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import {
	begunAt,
	emojiNamed,
	emojiOf,
	isInCode,
	isTakenByEnter,
	namedEmoji,
	peopleOf,
	replacement,
	wholeNameAt
} from './completion.ts';
import { typedOrNamed } from './emoji-names.ts';
import { isEmoji } from '../messages/reaction.ts';

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

	test('at the caret: an earlier @ is none of it', () => {
		expect(at('@Ada look :tad|')).toEqual({ sign: ':', query: 'tad', from: 10, to: 14 });
		expect(at(':tada @Ad|')?.query).toBe('Ad');
		expect(at('@Ada at 10:30|')?.sign).toBe('@');
	});

	test('by : not within code', () => {
		for (const code of ['```\n:tad|', '> ```js\n> :tad|', 'so `a` and `:tad|', '``a`:tad|']) {
			expect(at(code), code).toBeUndefined();
		}
		for (const text of ['`a` :tad|', '```\na\n```\n:tad|', 'a ` tick\n\n:tad|']) {
			expect(at(text)?.query, text).toBe('tad');
		}
	});

	test('not within a word: an address, a time', () => {
		expect(at('ada@example|')).toBeUndefined();
		expect(at('https://|')).toBeUndefined();
		expect(at('https://a.example:8080|')).toBeUndefined();
		expect(at('at 10:30|')).toBeUndefined();
	});
});

test('Enter takes a person, and an emoji by two letters of its name', () => {
	const taken = (text: string) => isTakenByEnter(at(text)!);
	expect(['@|', '@A|', ':ta|', ':c3po|'].map(taken)).toEqual([true, true, true, true]);
	expect(['note :10|', ':+1|', ':-1|', ':8b|'].map(taken)).toEqual([false, false, false, false]);
});

describe('the whole name of an emoji', () => {
	const whole = (text: string) => wholeNameAt(text.replace('|', ''), text.indexOf('|'));

	test('ends at the caret, with both of its colons', () => {
		expect(whole('Hi :tada:| you')).toEqual({ name: 'tada', from: 3, to: 9 });
		expect(whole(':+1:|')?.name).toBe('+1');
		expect(whole('@Ada :tada:|')?.from).toBe(5);
		for (const text of [':tada|:', ':tada: |', 'tada:|', '::|', 'a:tada:|', '10:30:|', 'std::list::|']) {
			expect(whole(text), text).toBeUndefined();
		}
	});

	test('is none within code', () => {
		for (const text of ['`:tada:|', '```\n:tada:|', '`a :tada:|`']) expect(whole(text), text).toBeUndefined();
		expect(whole('`a` :tada:|')?.name).toBe('tada');
	});
});

test('code is closed by as many backticks as opened it, and by the end of its paragraph', () => {
	for (const code of ['`', '``a`', '````\n```\n', '```js\nlet a;\n\n']) expect(isInCode(code), code).toBe(true);
	for (const text of ['', '`a`', '``a` b``', '```\na\n````\nb', '`a\n\nb']) expect(isInCode(text), text).toBe(false);
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

	test('are found by their whole name, with colons or without', async () => {
		for (const name of ['rocket', ':rocket', ':rocket:', ' Rocket ']) expect(emojiNamed(all, name)).toBe('🚀');
		expect(emojiNamed(all, 'stuck out tongue')).toBe('😛');
		expect(emojiNamed(all, 'rocke')).toBeUndefined();
		expect(await typedOrNamed(':rocket:')).toBe('🚀');
		expect(await typedOrNamed('👍')).toBe('👍');
		expect(isEmoji(await typedOrNamed('no such thing'))).toBe(false);
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
