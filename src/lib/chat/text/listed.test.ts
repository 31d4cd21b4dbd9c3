import { expect, test } from 'vitest';
import { listed } from './listed.ts';

test('names are listed with “and” before the last', () => {
	expect([[], ['you'], ['you', 'Bo'], ['you', 'Bob Ray', 'Ann Bell']].map(listed)).toEqual([
		'',
		'you',
		'you and Bo',
		'you, Bob Ray and Ann Bell'
	]);
});
