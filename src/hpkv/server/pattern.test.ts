import { expect, test } from 'vitest';
import { worked } from '../../../tests/fixtures/worked.ts';
import { BadPattern, expression, subscription } from './pattern.ts';

const fits = (pattern: string, key: string): boolean => {
	const matchRooms = subscription(pattern);
	return 'exact' in matchRooms ? matchRooms.exact === key : matchRooms.matches(key);
};

test('a subscription without a star is one key', () => {
	expect(subscription('room:kitchen')).toEqual({ exact: 'room:kitchen' });
	expect(subscription('a?b.c')).toEqual({ exact: 'a?b.c' });
});

test.each([
	['ns:*', 'ns:', true],
	['ns:*', 'ns:a:b%2E.c', true],
	['ns:*', 'xns:a', false],
	['*:live', 'room:live', true],
	['*:live', 'room:live2', false],
	['a*b*c', 'abc', true],
	['a*b*c', 'a-b-b-c', true],
	['a*b*c', 'acb', false],
	['aa*aa', 'aaa', false],
	['*', 'anything', true],
	['**', 'a', true],
	['a.*', 'a.b', true],
	['a.*', 'aXb', false],
	['a*a*a', 'aa', false],
	['^room:[0-9]+$', 'room:42', true],
	['^room:[0-9]+$', 'room:x', false]
])('the pattern %s for the key %s: %s', (pattern, key, result) => {
	expect(fits(pattern, key)).toBe(result);
});

test('a glob against its worst key takes no time', () => {
	const began = worked();
	expect(fits(`${'*a'.repeat(120)}*b`, 'a'.repeat(512))).toBe(false);
	// Backtracking would not end in a lifetime.
	expect(worked() - began).toBeLessThan(500);
});

test('an access pattern is looked for anywhere, unless it is anchored', () => {
	expect(expression('sub-test-*')('evil:sub-test')).toBe(true);
	expect(expression('^sub-test-.*$')('evil:sub-test')).toBe(false);
	expect(expression('^ns:.*$')('ns:a\0')).toBe(true);
	expect(expression('^$')('a')).toBe(false);
});

test.each(['(?=a)b', '(?<=a)b', '(a)\\1', 'a++', '[', '(', '*', 'a{2000}', '(a{100}){100}', 'x'.repeat(300)])(
	'%s is refused',
	(pattern) => {
		expect(() => expression(pattern)).toThrow(BadPattern);
	}
);

/** Ways in which a backtracking engine takes exponential or polynomial time, and ways to make a large program. */
const hostile = [
	...['(a+)+$', '(a|a)*$', '(a|aa)+$', '(.*a|.*)*x$', '(a*)*b', '(a?){200}a{200}', '([a-z]+)*!x', '(x+x+)+y', '(.*)*#'],
	...[
		'(\\w|\\d)*;',
		'(a|b|ab)*c',
		'((a+)+)+b',
		'(.*)(.*)(.*)(.*)(.*)(.*)(.*)x',
		'(a{0,50}){9}b',
		'.*.*.*.*.*.*=',
		'a*a*a*a*a*b'
	],
	...[
		'(.{1,100}){4}z',
		'(\\pL+\\pN*)+z',
		'(?i)(a|A)+$b',
		'[^b]{400}x',
		'(aa|aaa)+b',
		'(a|b?)*c',
		'(^a?)*b',
		'(a*?)*?b',
		'.{400}'
	],
	...[
		'.{500}.{500}',
		'(.{20}){20}x',
		'(\\s*\\S*)*x',
		'(([^x])+x?)+y',
		'(a|ab)(c|bcd)(d*)*x',
		'(?:a?a?a?a?){60}b',
		'\\b(a+)+\\b$c'
	]
].flatMap((pattern) => [pattern, `^${pattern}`]);

test(`of ${hostile.length} hostile expressions each is refused or matched in no time`, () => {
	const keys = ['a'.repeat(511) + '!', 'ab'.repeat(256), 'x '.repeat(256)];
	let slowest = 0;
	for (const pattern of hostile) {
		const began = worked();
		try {
			const matches = expression(pattern);
			for (const key of keys) matches(key);
		} catch (error) {
			expect(error).toBeInstanceOf(BadPattern);
		}
		slowest = Math.max(slowest, worked() - began);
	}
	// Compiled once, three keys of 512 characters: under 20 ms alone. A backtracking engine would need years.
	expect(slowest).toBeLessThan(500);
});
