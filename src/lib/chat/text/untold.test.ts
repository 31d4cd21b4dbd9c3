import { expect, test } from 'vitest';
import { MAX_UNTOLD_NAMES } from '../limits.ts';
import { untoldNotices } from './untold.ts';

test('a sender is told whom a message has not notified, and where to add them', () => {
	const untold = { people: ['Bo & Co'], groups: ['everyone', 'here'] };
	expect(untoldNotices(untold, '/rooms/~0abc/members')).toEqual([
		{
			text: 'Sent, but @everyone and @here notified nobody. Only operators and the room’s creator can notify everyone.'
		},
		{
			text: 'Bo & Co can’t read this room and was not notified.',
			link: { href: '/rooms/~0abc/members?add=Bo%20%26%20Co', label: 'Add them' }
		}
	]);
	expect(untoldNotices({ people: ['Bo'], groups: [] })).toEqual([
		{ text: 'Bo can’t read this room and was not notified.' }
	]);
	expect(untoldNotices({ people: [], groups: [] })).toEqual([]);
});

test('of many names, a few are told', () => {
	const people = Array.from({ length: 9 }, (_, i) => `Person ${i}`);
	expect(untoldNotices({ people, groups: [] })).toHaveLength(MAX_UNTOLD_NAMES);
});
