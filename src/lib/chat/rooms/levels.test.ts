import { expect, test } from 'vitest';
import { isShown, mutedUntil, toldOf, type Level } from './levels.ts';

const NOW = Date.UTC(2026, 10, 28, 14, 30);
const open = { kind: 'open' as const, unread: 5, mentions: 2 };

test.each([
	['all', { isUnread: true, badge: 5, sounds: true, rises: true }],
	['mentions', { isUnread: true, badge: 2, sounds: true, rises: true }],
	['nothing', { isUnread: false, badge: 0, sounds: false, rises: false }]
] as [Level, object][])('a room of level %s', (level, told) => {
	expect(toldOf(open, { level }, NOW)).toEqual(told);
});

test('by default, rooms tell of mentions and direct messages of all', () => {
	expect(toldOf({ ...open, mentions: 0 }, {}, NOW)).toMatchObject({ isUnread: true, badge: 0, sounds: false });
	expect(toldOf({ ...open, kind: 'direct', mentions: 0 }, {}, NOW)).toMatchObject({ badge: 5, sounds: true });
});

test('a muted room is quiet and does not rise; its mentions count where the level says so', () => {
	const muted = { mutedUntil: NOW + 1 };
	expect(toldOf(open, muted, NOW)).toEqual({ isUnread: true, badge: 2, sounds: false, rises: false });
	expect(toldOf({ ...open, mentions: 0 }, { ...muted, level: 'all' }, NOW)).toMatchObject({
		isUnread: false,
		badge: 0
	});
	expect(toldOf(open, { ...muted, level: 'nothing' }, NOW)).toMatchObject({ isUnread: false, badge: 0 });
	expect(toldOf(open, { mutedUntil: NOW }, NOW)).toMatchObject({ sounds: true });
});

test('a hidden room is shown while it mentions the person', () => {
	expect([isShown({ hidden: true }, 0), isShown({ hidden: true }, 1), isShown({}, 0)]).toEqual([false, true, true]);
});

test.each([
	['UTC', NOW, '2026-11-29T09:00:00.000Z'],
	['Europe/Berlin', NOW, '2026-11-29T08:00:00.000Z'],
	['Asia/Kathmandu', NOW, '2026-11-29T03:15:00.000Z'],
	['UTC', Date.UTC(2026, 10, 28, 8, 59, 30), '2026-11-28T09:00:00.000Z'],
	['UTC', Date.UTC(2026, 10, 28, 9, 0), '2026-11-29T09:00:00.000Z'],
	['Europe/Berlin', Date.UTC(2026, 2, 28, 20, 0), '2026-03-29T07:00:00.000Z'],
	['Europe/Berlin', Date.UTC(2026, 9, 24, 20, 0), '2026-10-25T08:00:00.000Z']
])('muted until 9:00 in %s', (zone, now, until) => {
	expect(new Date(mutedUntil('morning', now, zone)).toISOString()).toBe(until);
});
