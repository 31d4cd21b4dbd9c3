import { expect, test } from 'vitest';
import { remaining } from './length-left.ts';

test('remaining length is not shown far from the limit', () => {
	expect(remaining('')).toBe('');
	expect(remaining('a'.repeat(1_799))).toBe('');
});

test('remaining characters are shown from two hundred before the limit, and beyond it', () => {
	expect(remaining('a'.repeat(1_800))).toBe('200 characters left');
	expect(remaining('a'.repeat(1_999))).toBe('1 character left');
	expect(remaining('a'.repeat(2_000))).toBe('0 characters left');
	expect(remaining('a'.repeat(2_012))).toBe('12 characters too many');
});

test('an emoji counts as one character, and trimmed space does not count', () => {
	expect(remaining('🎉'.repeat(1_900))).toBe('100 characters left');
	expect(remaining(`\n\n${'a'.repeat(1_900)}   \n`)).toBe('100 characters left');
});

test('remaining bytes are shown where the store is the tighter limit: three for a Japanese letter', () => {
	expect(remaining('茶'.repeat(300), 1_000)).toBe('100 bytes left');
	expect(remaining('茶'.repeat(340), 1_000)).toBe('20 bytes too many');
	expect(remaining('a'.repeat(1_900), 1_950)).toBe('100 characters left · 50 bytes left');
});
