import { expect, test } from 'vitest';
import { remaining } from './length-left.ts';

test('nothing is said far from the end', () => {
	expect(remaining('')).toBe('');
	expect(remaining('a'.repeat(1_799))).toBe('');
});

test('from two hundred characters before the end they are counted down, and on', () => {
	expect(remaining('a'.repeat(1_800))).toBe('200 characters left');
	expect(remaining('a'.repeat(1_999))).toBe('1 character left');
	expect(remaining('a'.repeat(2_000))).toBe('0 characters left');
	expect(remaining('a'.repeat(2_012))).toBe('12 characters too many');
});

test('an emoji is one character, and what is not sent is not counted', () => {
	expect(remaining('🎉'.repeat(1_900))).toBe('100 characters left');
	expect(remaining(`\n\n${'a'.repeat(1_900)}   \n`)).toBe('100 characters left');
});

test('where the store ends first, bytes are counted: three for a letter of Japanese', () => {
	expect(remaining('茶'.repeat(300), 1_000)).toBe('100 bytes left');
	expect(remaining('茶'.repeat(340), 1_000)).toBe('20 bytes too many');
	expect(remaining('a'.repeat(1_900), 1_950)).toBe('100 characters left · 50 bytes left');
});
