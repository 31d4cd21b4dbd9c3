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

/** `|` marks the caret. */
const at = (text: string) => begunAt(text.replace('|', ''), text.indexOf('|'));

describe('a completion begins', () => {
	test('at @ at the beginning, after a space, a bracket or a line break, with the letters after it', () => {
		expect(at('@|')).toEqual({ sign: '@', query: '', from: 0, to: 1 });
		expect(at('Hi @Ad|')).toEqual({ sign: '@', query: 'Ad', from: 3, to: 6 });
		expect(at('(@Ad|)')?.query).toBe('Ad');
		expect(at('tea?\n@Ad|')?.from).toBe(5);
	});

	test('and ends at the caret, whatever text follows', () => {
		expect(at('Hi @Ad| and Grace')).toEqual({ sign: '@', query: 'Ad', from: 3, to: 6 });
	});

	test('and continues after a space, because names contain spaces', () => {
		expect(at('@Ada Lov|')?.query).toBe('Ada Lov');
	});

	test('at : with two letters', () => {
		expect(at('yes :t|')).toBeUndefined();
		expect(at('yes :ta|')).toEqual({ sign: ':', query: 'ta', from: 4, to: 7 });
		expect(at(':+1|')?.query).toBe('+1');
	});

	test('at the sign nearest the caret, not at an earlier @', () => {
		expect(at('@Ada look :tad|')).toEqual({ sign: ':', query: 'tad', from: 10, to: 14 });
		expect(at(':tada @Ad|')?.query).toBe('Ad');
		expect(at('@Ada at 10:30|')?.sign).toBe('@');
	});

	test('at : outside code only', () => {
		for (const code of ['```\n:tad|', '> ```js\n> :tad|', 'so `a` and `:tad|', '``a`:tad|']) {
			expect(at(code), code).toBeUndefined();
		}
		for (const text of ['`a` :tad|', '```\na\n```\n:tad|', 'a ` tick\n\n:tad|']) {
			expect(at(text)?.query, text).toBe('tad');
		}
	});

	test('outside words only: not in an address or a time', () => {
		expect(at('ada@example|')).toBeUndefined();
		expect(at('https://|')).toBeUndefined();
		expect(at('https://a.example:8080|')).toBeUndefined();
		expect(at('at 10:30|')).toBeUndefined();
	});
});

test('Enter accepts a person, and an emoji with two letters of its name', () => {
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

	test('is not found within code', () => {
		for (const text of ['`:tada:|', '```\n:tada:|', '`a :tada:|`']) expect(whole(text), text).toBeUndefined();
		expect(whole('`a` :tada:|')?.name).toBe('tada');
	});
});

test('code ends at as many backticks as opened it, and at the end of its paragraph', () => {
	for (const code of ['`', '``a`', '````\n```\n', '```js\nlet a;\n\n']) expect(isInCode(code), code).toBe(true);
	for (const text of ['', '`a`', '``a` b``', '```\na\n````\nb', '`a\n\nb']) expect(isInCode(text), text).toBe(false);
});

describe('people', () => {
	const names = ['Zoë', 'Ada Lovelace', 'Åsa', 'Адам', '김민지', 'Grace Ada'];
	const found = (query: string) => peopleOf(names, query).map(({ text }) => text);

	test('are found by the beginning of their first name, then of a later name', () => {
		expect(found('ada')).toEqual(['@Ada Lovelace', '@Grace Ada']);
		expect(found('Ada L')).toEqual(['@Ada Lovelace']);
		expect(found('love')).toEqual(['@Ada Lovelace']);
		expect(found('Ada is')).toEqual([]);
	});

	test('are found with or without accents, in any script, by part of a syllable', () => {
		expect(found('zoe')).toEqual(['@Zoë']);
		expect(found('Zoë')).toEqual(['@Zoë']);
		expect(found('asa')).toEqual(['@Åsa']);
		expect(found('ад')).toEqual(['@Адам']);
		expect(found('기')).toEqual(['@김민지']);
	});

	test('are all offered for a bare @, eight at most', () => {
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

	test('can all be reactions', () => {
		expect(all.length).toBeGreaterThan(1_500);
		// Letters of flags and parts of families have names and are no emoji alone.
		expect(all.filter(({ emoji }) => !isEmoji(emoji)).map(({ names }) => names[0])).toEqual([]);
	});
});

test('a completed word is followed by a space, unless a space or punctuation follows', () => {
	expect(replacement({ text: '@Ada' }, '')).toBe('@Ada ');
	expect(replacement({ text: '@Ada' }, 'and')).toBe('@Ada ');
	expect(replacement({ text: '@Ada' }, ' and')).toBe('@Ada');
	expect(replacement({ text: '@Ada' }, '?')).toBe('@Ada');
});
