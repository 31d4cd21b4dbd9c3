import { expect, test } from 'vitest';
import { aboutLine } from './profile.ts';

test('what a person says about themselves is one line of at most 140 characters', () => {
	expect(aboutLine('  Cooks\r\n on\tTuesdays\u0000 ')).toBe('Cooks on Tuesdays');
	expect(aboutLine('')).toBe('');
	expect(aboutLine('🍲'.repeat(140))).toHaveLength(280);
	expect(aboutLine('x'.repeat(141))).toBeUndefined();
});
