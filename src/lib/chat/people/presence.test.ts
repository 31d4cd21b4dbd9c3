import { expect, test } from 'vitest';
import { isHere } from './presence.ts';

test('values that are no presence are refused', () => {
	expect(isHere({ count: 1, names: ['Ada'], at: 1 })).toBe(true);
	for (const other of [undefined, 7, 'text', [], {}, { names: 7 }]) expect(isHere(other)).toBe(false);
});
