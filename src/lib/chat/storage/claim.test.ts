import { expect, test } from 'vitest';
import { readSendTokens, writeSendToken } from './claim.ts';

test('tokens are read in the order of appending', () => {
	const tokens = [
		{ n: 7, timestamp: 1_763_900_000_000, hash: 'ab12' },
		{ n: 9, timestamp: 1_763_900_000_001, hash: 'ab12' }
	];
	expect(readSendTokens(tokens.map(writeSendToken).join(''))).toEqual(tokens);
	expect(readSendTokens(undefined)).toEqual([]);
});

test('a claim is never JSON, which HPKV would merge', () => {
	expect(() => JSON.parse(writeSendToken({ n: 1, timestamp: 1, hash: 'a' })) as unknown).toThrow();
});

test('invalid tokens are skipped', () => {
	expect(readSendTokens(';;x;1@2;1@2#zz;3@4#ff')).toEqual([{ n: 3, timestamp: 4, hash: 'ff' }]);
});
