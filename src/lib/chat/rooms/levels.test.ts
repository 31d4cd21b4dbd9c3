import { expect, test } from 'vitest';
import { mentionsIn, unreadIn, unreadInAll } from '../reading/unread.ts';
import { isHidden, isQuiet, mutedUntil, notifiedIn, type Level, type RoomLevel } from './levels.ts';
import { byActivity } from './room-order.ts';

const NOW = Date.UTC(2026, 10, 28, 14, 30);

/** The row of a room with five unread messages, the last two of which mention the person. */
function row(chosen: RoomLevel, kind?: 'direct', mentions = [4, 5]) {
	const { level } = chosen;
	const hidden = isHidden({ kind, count: 5, mentions }, chosen);
	return { count: 5, read: 0, mentions, kind, level, hidden, quiet: isQuiet(kind, chosen, NOW) };
}
const toldOf = (room: ReturnType<typeof row>) => ({
	unread: unreadIn(room),
	mentions: mentionsIn(room),
	notified: notifiedIn(room),
	title: unreadInAll([room])
});

test.each([
	['all', { unread: 5, mentions: 2, notified: 5, title: 5 }],
	['mentions', { unread: 5, mentions: 2, notified: 2, title: 5 }],
	['nothing', { unread: 0, mentions: 0, notified: 0, title: 0 }]
] as [Level, object][])('a room of level %s', (level, told) => {
	expect(toldOf(row({ level }))).toEqual(told);
});

test('by default, rooms notify of mentions and direct messages of all', () => {
	expect(notifiedIn(row({}))).toBe(2);
	expect(notifiedIn(row({}, 'direct', []))).toBe(5);
});

test('a muted room counts mentions alone, where its level says so', () => {
	const muted = { mutedUntil: NOW + 1 };
	expect(toldOf(row(muted))).toEqual({ unread: 0, mentions: 2, notified: 2, title: 2 });
	expect(toldOf(row({ ...muted, level: 'all' }))).toEqual({ unread: 0, mentions: 2, notified: 2, title: 2 });
	expect(toldOf(row({ ...muted, level: 'nothing' }))).toMatchObject({ mentions: 0, title: 0 });
	expect(toldOf(row({ mutedUntil: NOW }))).toMatchObject({ unread: 5 });
});

test('a hidden room comes back with a later mention, and direct messages with a later message', () => {
	expect([3, 4, 5].map((hidden) => row({ hidden }).hidden)).toEqual([false, false, true]);
	expect([4, 5].map((hidden) => row({ hidden }, 'direct', []).hidden)).toEqual([false, true]);
	expect(row({ hidden: 3, level: 'nothing' }).hidden).toBe(true);
	expect(toldOf(row({ hidden: 3 }))).toMatchObject({ unread: 0, mentions: 2 });
	expect(toldOf(row({ hidden: 3 }, 'direct'))).toMatchObject({ unread: 5 });
});

test('by activity, quiet rooms are behind the others and no message moves them', () => {
	const at = (id: string, timestamp: number, quiet = false) => ({
		...{ id, slug: id, name: id, count: 1, read: 1, quiet },
		last: { n: 1, timestamp }
	});
	const rooms = [at('attic', 1, true), at('hall', 2), at('bath', 9, true), at('kitchen', 5)];
	expect(rooms.sort(byActivity).map(({ id }) => id)).toEqual(['kitchen', 'hall', 'attic', 'bath']);
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
