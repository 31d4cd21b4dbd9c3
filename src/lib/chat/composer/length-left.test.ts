import { expect, test } from 'vitest';
import { remaining } from './length-left.ts';

test('remaining length is not shown far from the limit', () => {
	expect(remaining('')).toBe('');
	expect(remaining('a'.repeat(7_799))).toBe('');
});

test('remaining characters are shown from two hundred before the limit, and beyond it', () => {
	expect(remaining('a'.repeat(7_800))).toBe('200 characters left');
	expect(remaining('a'.repeat(7_999))).toBe('1 character left');
	expect(remaining('a'.repeat(8_000))).toBe('0 characters left');
	expect(remaining('a'.repeat(8_012))).toBe('12 characters too many');
});

test('an emoji counts as one character, and trimmed space does not count', () => {
	expect(remaining('🎉'.repeat(7_900))).toBe('100 characters left');
	expect(remaining(`\n\n${'a'.repeat(7_900)}   \n`)).toBe('100 characters left');
});

test('the limit that ends first is shown: in bytes where it is that of the store, three for a Japanese letter', () => {
	expect(remaining('茶'.repeat(300), 1_000)).toBe('100 bytes left');
	expect(remaining('茶'.repeat(340), 1_000)).toBe('20 bytes too many');
	expect(remaining('a'.repeat(7_900), 7_950)).toBe('50 bytes left');
	expect(remaining('a'.repeat(7_950), 40_000)).toBe('50 characters left');
});
