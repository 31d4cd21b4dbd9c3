import { expect, test } from 'vitest';
import { MAX_UNNOTIFIED_NAMES } from '../limits.ts';
import { unnotifiedNotices } from './unnotified.ts';

test('a sender is told whom a message has not notified, and where to add them', () => {
	const unnotified = { people: ['Bo & Co'], groups: ['everyone', 'here'] };
	expect(unnotifiedNotices(unnotified, '/rooms/~0abc/members')).toEqual([
		{
			text: 'Sent, but @everyone and @here notified nobody. Only operators and the room’s creator can notify everyone.'
		},
		{
			text: 'Bo & Co can’t read this room and was not notified.',
			link: { href: '/rooms/~0abc/members?add=Bo%20%26%20Co', label: 'Add them' }
		}
	]);
	expect(unnotifiedNotices({ people: ['Bo'], groups: [] })).toEqual([
		{ text: 'Bo can’t read this room and was not notified.' }
	]);
	expect(unnotifiedNotices({ people: [], groups: [] })).toEqual([]);
});

test('of many names, a few are told', () => {
	const people = Array.from({ length: 9 }, (_, i) => `Person ${i}`);
	expect(unnotifiedNotices({ people, groups: [] })).toHaveLength(MAX_UNNOTIFIED_NAMES);
});
