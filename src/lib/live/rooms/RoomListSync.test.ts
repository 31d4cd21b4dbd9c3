import { afterEach, beforeEach, expect, test } from 'vitest';
import { backToNode, browser, pass, sockets } from '../../../../tests/fixtures/browser.ts';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import type { RoomRow } from '../../chat/rooms/room.ts';
import { mentionsIn, unreadIn } from '../../chat/reading/unread.ts';
import { Connection } from '../connection/Connection.svelte.ts';
import { RoomListSync, type RoomsThen } from './RoomListSync.svelte.ts';

beforeEach(browser);
afterEach(backToNode);

const grace = { id: 'grace', name: 'Grace' };
const row = (more: Partial<RoomRow> = {}): RoomRow => ({
	id: 'kitchen',
	slug: 'kitchen',
	name: 'Kitchen',
	createdAt: 1,
	count: 0,
	read: 0,
	...more
});

/** The list of Grace, who is live, on a page rendered at `now`. Each question waits for its answer. */
async function live(kitchen: RoomRow, now = 0) {
	const open = { page: { rooms: [kitchen], order: 'name', now } as RoomsThen, me: grace };
	const questions: ((kitchen: RoomRow, more?: RoomsThen['more']) => void)[] = [];
	const connection = new Connection(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token' }));
	let asked = 0;
	const list = new RoomListSync({
		connection,
		list: () => {
			const now = ++asked;
			return new Promise<RoomsThen>((answer) =>
				questions.push((kitchen, more) => answer({ rooms: [kitchen], order: 'name', now, more }))
			);
		},
		page: () => open.page,
		me: () => open.me
	});
	const stops = [list.start(), connection.start()];
	await pass(0);
	sockets[0]?.open();
	await pass(0);
	const answer = async (number: number, kitchen: RoomRow, more?: RoomsThen['more']) => {
		await expect.poll(() => questions.length).toBeGreaterThan(number);
		questions[number]?.(kitchen, more);
		await pass(0);
	};
	const shown = () => list.rooms.map((room) => [unreadIn(room), mentionsIn(room)]).flat();
	return { list, open, answer, shown, questions, stop: () => stops.forEach((end) => end()) };
}

const hears = (n: number, message = `Message ${n}`) =>
	sockets[0]?.push('live:kitchen', { ...said('kitchen', n), message });

test('a mention that was read does not come back with the next message', async () => {
	const { answer, shown, stop } = await live(row({ count: 1, mentions: [1] }));
	await answer(0, row({ count: 1, mentions: [1] }));
	expect(shown()).toEqual([1, 1]);
	sockets[0]?.push('readlive:grace', { room: 'kitchen', n: 1 });
	await expect.poll(shown).toEqual([0, 0]);
	hears(2);
	await expect.poll(shown).toEqual([1, 0]);
	stop();
});

test('a notification is dispatched by its key: a mark under the key of a room, or a message under that of presence, moves nothing', async () => {
	const { answer, shown, questions, stop } = await live(row());
	await answer(0, row());
	hears(1);
	await expect.poll(shown).toEqual([1, 0]);
	sockets[0]?.push('here:kitchen', said('kitchen', 2));
	sockets[0]?.push('live:kitchen', { room: 'kitchen', n: 1 });
	await pass(100);
	expect([shown(), questions.length]).toEqual([[1, 0], 1]);
	stop();
});

test('the answer to the later of two questions counts, whichever comes first', async () => {
	const { answer, shown, questions, stop } = await live(row());
	await answer(0, row());
	hears(1, '@Grace soup?');
	hears(2, '@Grace tea?');
	await expect.poll(() => questions.length).toBe(3);
	await answer(2, row({ count: 2, mentions: [1, 2] }));
	expect(shown()).toEqual([2, 2]);
	await answer(1, row({ count: 1, mentions: [1] }));
	expect(shown()).toEqual([2, 2]);
	stop();
});

test('a mark put back by hand asks which messages mention the reader', async () => {
	const { answer, shown, stop } = await live(row({ count: 2, read: 2 }));
	await answer(0, row({ count: 2, read: 2 }));
	sockets[0]?.push('readlive:grace', { room: 'kitchen', n: 0, back: true });
	await expect.poll(shown).toEqual([2, 0]);
	await answer(1, row({ count: 2, mentions: [2] }));
	expect(shown()).toEqual([2, 1]);
	stop();
});

test('an answer counts although the clock of the server went back', async () => {
	const { answer, shown, stop } = await live(row(), 1_000_000);
	await answer(0, row({ count: 1, mentions: [1] }));
	expect(shown()).toEqual([1, 1]);
	stop();
});

test('by name, a message moves no room; by activity, its room comes first', async () => {
	const { list, open, stop } = await live(row());
	const rooms = [row({ id: 'attic', slug: 'attic', name: 'Attic', createdAt: 5 }), row()];
	const names = () => list.rooms.map(({ name }) => name);
	for (const [order, now, expected] of [
		['name', 1, ['Attic', 'Kitchen']],
		['activity', 2, ['Kitchen', 'Attic']]
	] as const) {
		open.page = { rooms, order, now };
		list.setLast('kitchen', { n: now, sender: 'Ada', text: 'Tea?', timestamp: 9 });
		expect([names(), list.rooms.find(({ id }) => id === 'kitchen')?.count]).toEqual([expected, now]);
	}
	stop();
});

test('read marks of one person do not apply to the next person who joins in the same page', async () => {
	const { list, open, answer, shown, stop } = await live(row({ count: 9 }));
	await answer(0, row({ count: 9 }));
	list.visit('kitchen', 4);
	expect(shown()).toEqual([5, 0]);
	open.me = { id: 'ada', name: 'Ada' };
	open.page = { rooms: [row({ count: 9, read: undefined })], order: 'name', now: 10 };
	expect([list.mark('kitchen'), shown()]).toEqual([undefined, [0, 0]]);
	stop();
});

test('a page loaded before the mark moved makes nothing unread again, unless the mark was put back', async () => {
	const { list, answer, shown, stop } = await live(row({ count: 6 }));
	await answer(0, row({ count: 6 }));
	list.setMark('kitchen', { n: 6, at: 0 });
	list.visit('kitchen', 4);
	expect(shown()).toEqual([0, 0]);
	list.setMark('kitchen', { n: 3, back: true, at: 0 });
	list.visit('kitchen', 3);
	expect([list.mark('kitchen')?.back, shown()]).toEqual([undefined, [3, 0]]);
	stop();
});
