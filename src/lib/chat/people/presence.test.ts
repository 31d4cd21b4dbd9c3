import { expect, test } from 'vitest';
import { othersHere } from './presence.ts';

test('in direct messages the reader is not among the people present', () => {
	const here = { count: 3, names: ['Ada', 'Bo', 'Cy'], ids: ['a', 'b'], at: 1 };
	expect(othersHere(here, 'Bo')).toEqual({ count: 2, names: ['Ada', 'Cy'], ids: ['a'], at: 1 });
	expect(othersHere(here, 'Cy')).toEqual({ count: 2, names: ['Ada', 'Bo'], ids: ['a', 'b'], at: 1 });
	expect(othersHere(here, 'Dee')).toBe(here);
	expect(othersHere(here, undefined)).toBe(here);
});
