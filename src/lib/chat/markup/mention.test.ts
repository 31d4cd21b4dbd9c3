import { expect, test } from 'vitest';
import { mentionOf, mentions, possibleNames } from './mention.ts';

test.each([
	['@Ada, is the soup on?', 'Ada'],
	['is it on, @ada?', 'Ada'],
	['(@Ada)', 'Ada'],
	['**@Ada** and _@Ada_', 'Ada'],
	['@Ada Lovelace wrote it', 'Ada Lovelace'],
	['@AdaLovelace wrote it', 'Ada Lovelace'],
	['@Ada Lovelace wrote it', 'Ada'],
	['ask @Zoe\u0308', 'Zoë'],
	['@花子さん、お茶です', '花子'],
	['こんにちは @花子', '花子'],
	['@C++ (no offence)', 'C++'],
	['@a.b', 'a.b'],
	['@Anne-Marie (no offence)', 'Anne-Marie'],
	['@\\^$.*+?()[]{}|/-#&<>=!:,~x', '\\^$.*+?()[]{}|/-#&<>=!:,~x'],
	['first @Grace, then @Ada', 'Ada']
])('“%s” mentions %s', (text, name) => {
	expect(mentions(text, name)).toBe(true);
});

test.each([
	['Ada, is the soup on?', 'Ada'],
	['@Adam', 'Ada'],
	['@Ada\u0301', 'Ada'],
	['write to kitchen@Ada.example', 'Ada'],
	['@ Ada', 'Ada'],
	['@Ada2', 'Ada'],
	['@axb', 'a.b'],
	['@Ada Byron', 'Ada Lovelace']
])('“%s” does not mention %s', (text, name) => {
	expect(mentions(text, name)).toBe(false);
});

test('every mention is found at its index', () => {
	const text = 'Ask @Ada or @ada lovelace.';
	expect(Array.from(text.matchAll(mentionOf('Ada')), ({ index, 0: found }) => [index, found])).toEqual([
		[4, '@Ada'],
		[12, '@ada']
	]);
});

test('possible names end where a word ends', () => {
	expect(possibleNames('Hi @Ada Lovelace, how are you?', 9)).toEqual([
		'Ada',
		'Ada Lovelace',
		'Ada Lovelace, how',
		'Ada Lovelace, how are',
		'Ada Lovelace, how are you'
	]);
	expect(possibleNames('@花子さん', 9)).toEqual(['花', '花子', '花子さ', '花子さん']);
	expect(possibleNames('nobody@example.org is an address', 9)).toEqual([]);
});

test('possible names include every mentioned name', () => {
	for (const [text, name] of [
		['@Ada Lovelace wrote it', 'Ada Lovelace'],
		['so, @Zoe\u0308!', 'Zoë'],
		['@花子さん', '花子'],
		['@Sammy Jr. did', 'Sammy Jr.'],
		['@C++ did', 'C++']
	] as const) {
		expect(mentions(text, name)).toBe(true);
		expect(possibleNames(text, 24)).toContain(name);
	}
});

test('possible names are bounded, and every @ contributes', () => {
	const names = possibleNames(`@Ada ${'and so on '.repeat(9)} @Grace ${'and so on '.repeat(9)}`, 4);
	expect(names).toEqual(['Ada', 'Grace', 'Ada and', 'Grace and']);
	expect(possibleNames('@a '.repeat(600), 24)).toHaveLength(14);
});
