import { expect, test } from 'vitest';
import { lengthLeft } from './length-left.ts';

test('remaining length is not shown far from the limit', () => {
	expect(lengthLeft('').text).toBe('');
	expect(lengthLeft('a'.repeat(7_799)).text).toBe('');
});

test('remaining characters are shown from two hundred before the limit, and beyond it', () => {
	expect(lengthLeft('a'.repeat(7_800)).text).toBe('200 characters left');
	expect(lengthLeft('a'.repeat(7_999)).text).toBe('1 character left');
	expect(lengthLeft('a'.repeat(8_000)).text).toBe('0 characters left');
	expect(lengthLeft('a'.repeat(8_000)).isTooLong).toBe(false);
	expect(lengthLeft('a'.repeat(8_012))).toEqual({ text: '12 characters too many', isTooLong: true });
});

test('an emoji counts as one character, and trimmed space does not count', () => {
	expect(lengthLeft('🎉'.repeat(7_900)).text).toBe('100 characters left');
	expect(lengthLeft(`\n\n${'a'.repeat(7_900)}   \n`).text).toBe('100 characters left');
});

test('the limit that ends first is shown: in bytes where it is that of the store, three for a Japanese letter', () => {
	expect(lengthLeft('茶'.repeat(300), 1_000).text).toBe('100 bytes left');
	expect(lengthLeft('茶'.repeat(340), 1_000).text).toBe('20 bytes too many');
	expect(lengthLeft('a'.repeat(7_900), 7_950).text).toBe('50 bytes left');
	expect(lengthLeft('a'.repeat(7_950), 40_000).text).toBe('50 characters left');
});
