import { expect, test } from 'vitest';
import { patched } from './merge-patch.ts';

const merge = (standing: unknown, patch: unknown): unknown =>
	JSON.parse(patched(JSON.stringify(standing), JSON.stringify(patch)));

// RFC 7396, appendix A: the cases in which both sides are objects.
test.each([
	[{ a: 'b' }, { a: 'c' }, { a: 'c' }],
	[{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
	[{ a: 'b' }, { a: null }, {}],
	[{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
	[{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
	[{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
	[{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
	[{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
	[{ e: null }, { a: 1 }, { e: null, a: 1 }],
	[{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }]
])('%j patched with %j is %j', (standing, patch, result) => {
	expect(merge(standing, patch)).toEqual(result);
});

test.each([
	['Hello ', 'World!', 'Hello World!'],
	['[1]', '[2]', '[1][2]'],
	['1', '{"a":1}', '1{"a":1}'],
	['{"a":1}', 'null', '{"a":1}null'],
	['{"a":1}', '{"a":', '{"a":1}{"a":'],
	[';a', ';b', ';a;b']
])('%s and %s are appended', (standing, patch, result) => {
	expect(patched(standing, patch)).toBe(result);
});

test('a member named __proto__ is data and touches no prototype', () => {
	const result = patched('{"a":{}}', '{"a":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}');
	expect(result).toBe('{"a":{"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}');
	expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
