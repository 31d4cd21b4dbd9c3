import { expect, test } from 'vitest';
import { readReactionToggle, writeReactionToggle } from './reaction-toggle.ts';

test('a reaction toggle is read as it was written', () => {
	for (const emoji of ['👍', '❤️', '👩🏽‍🚀', '🇵🇹']) {
		for (const on of [true, false]) {
			expect(readReactionToggle(writeReactionToggle({ n: 12, emoji, on }))).toEqual({ n: 12, emoji, on });
		}
	}
});

test('malformed reaction toggles are refused', () => {
	for (const text of [
		'',
		'0 👍 on',
		'-1 👍 on',
		'1e3 👍 on',
		'12 👍',
		'12 👍 maybe',
		'12  on',
		'12 👍 on\n',
		'1234567890123 👍 on'
	]) {
		expect(readReactionToggle(text)).toBeUndefined();
	}
});
