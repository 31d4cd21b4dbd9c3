import { afterEach, beforeEach, expect, test } from 'vitest';
import { backToNode, browser, pass, sockets } from '../../../../tests/fixtures/browser.ts';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { Connection } from '../connection/Connection.svelte.ts';
import { RoomSync, type News } from './RoomSync.svelte.ts';

const LIVE = 'live:kitchen';

let page: ReturnType<typeof browser>;
beforeEach(() => void (page = browser()));
afterEach(backToNode);

/** Counts that the page received from restored stores. */
const restored: number[] = [];

/** A page with message 1, in a room with messages 1 to `head`. */
function feed(room: { head: number; silent?: boolean; slow?: number; restoredTo?: number } = { head: 1 }) {
	restored.length = 0;
	const asked: { at: number; query: string; connected: string }[] = [];
	const since = (query: URLSearchParams, over: AbortSignal): Promise<News> => {
		asked.push({ at: performance.now(), query: query.toString(), connected: feed.connection.state });
		if (room.silent)
			return new Promise((_, reject) => over.addEventListener('abort', () => reject(over.reason as Error)));
		const from = Number(query.get('message'));
		if (room.restoredTo) {
			const n = room.restoredTo;
			room.head = n;
			room.restoredTo = undefined;
			const page = { messages: [said('kitchen', n)], older: n, cursor: { message: n, holes: [], change: 0 } };
			return Promise.resolve({ day: '20261124', tooFar: true, restored: true, page });
		}
		const { head } = room;
		if (head - from > 2_000) {
			const page = { messages: [said('kitchen', head)], older: head, cursor: { message: head, holes: [], change: 0 } };
			return new Promise((answer) => setTimeout(() => answer({ day: '20261124', tooFar: true, page }), room.slow));
		}
		const holes = (query.get('holes') ?? '').split(',').filter(Boolean).map(Number);
		const numbers = [...holes, ...Array.from({ length: Math.max(0, room.head - from) }, (_, i) => from + 1 + i)];
		return Promise.resolve({
			day: '20261124',
			messages: numbers.map((n) => said('kitchen', n)),
			changes: [],
			cursor: { message: Math.max(from, room.head), holes: [], change: 0 }
		});
	};
	const connection = new Connection(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token' }));
	const presence = { here: [] as unknown[], typing: [] as unknown[] };
	const feed = new RoomSync(
		{ messages: [said('kitchen', 1)], cursor: { message: 1, holes: [], change: 0 } },
		'20261123',
		{
			room: 'kitchen',
			connection,
			since,
			presence: {
				onHere: (value) => void presence.here.push(value),
				onTyping: (value) => void presence.typing.push(value)
			},
			onrestored: (count) => restored.push(count)
		}
	);
	const stops = [feed.start(), connection.start()];
	const stop = () => stops.forEach((end) => end());
	const numbers = () => feed.timeline.messages.map(({ n }) => n);
	return { feed, room, asked, presence, numbers, stop };
}

async function live(room?: Parameters<typeof feed>[0]) {
	const opened = feed(room);
	await pass(0);
	sockets[0]?.open();
	await pass(0);
	return opened;
}

test('a room subscribes first and asks then, so that no message is missed between', async () => {
	const { feed: opened, asked, numbers } = await live({ head: 3 });
	expect(asked.map(({ query, connected }) => [query, connected])).toEqual([
		['message=1&change=0&holes=&newest=1-ada-0000000000000001', 'live']
	]);
	expect([numbers(), opened.day]).toEqual([[1, 2, 3], '20261124']);
});

test('a hole is asked for after 150 milliseconds, and not if the message arrives by itself', async () => {
	const { room, asked, numbers } = await live();
	room.head = 3;
	sockets[0]?.push(LIVE, said('kitchen', 3));
	await pass(149);
	expect([numbers(), asked.length]).toEqual([[1], 1]);
	await pass(1);
	expect([numbers(), asked.length]).toEqual([[1, 2, 3], 2]);

	room.head = 5;
	sockets[0]?.push(LIVE, said('kitchen', 5));
	sockets[0]?.push(LIVE, said('kitchen', 4));
	await pass(5_000);
	expect([numbers(), asked.length]).toEqual([[1, 2, 3, 4, 5], 2]);
});

test('a room asks each 20 to 30 seconds while its page is visible, and not while it is hidden', async () => {
	const { asked } = await live();
	await pass(25_000);
	expect(asked).toHaveLength(2);
	page.is('hidden');
	await pass(600_000);
	expect(asked).toHaveLength(2);
	page.is('visible');
	await pass(0);
	expect(asked.length).toBeGreaterThan(2);
});

test('a notification is dispatched by its key, whatever its value looks like', async () => {
	const { asked, presence, numbers } = await live();
	const message = said('kitchen', 2);
	for (const key of ['here:kitchen', 'typing:kitchen', 'live:attic', 'here:attic', 'live:rooms', 'readlive:ada']) {
		sockets[0]?.push(key, message);
	}
	await pass(100);
	expect([numbers(), presence]).toEqual([[1], { here: [message], typing: [message] }]);
	expect(asked).toHaveLength(1);
});

test('a value of the room’s own key that is no entry makes the room ask', async () => {
	const { asked, presence, numbers } = await live();
	sockets[0]?.push(LIVE, { here: { count: 1, names: ['Ada'], at: 1 } });
	await pass(100);
	expect([asked.length, presence.here, numbers()]).toEqual([2, [], [1]]);
});

test.each([
	['the browser is online again', () => page.goes('online')],
	['the page is visible again', () => page.is('visible')],
	['the page comes out of the back/forward cache', () => page.isShownAgain()]
])('a room asks when %s', async (_, happens) => {
	const { asked } = await live();
	happens();
	await pass(0);
	expect(asked).toHaveLength(2);
});

test('a question without an answer times out, and holds up no other', async () => {
	const { room, asked, numbers } = await live({ head: 2, silent: true });
	page.goes('online');
	await pass(19_000);
	expect(asked).toHaveLength(1);
	room.silent = false;
	await pass(1_000);
	expect([numbers(), asked.length]).toEqual([[1, 2], 2]);
});

test('messages received while the newest page loads, after too many were missed, are asked for again', async () => {
	const { room, numbers } = await live({ head: 3_000, slow: 100 });
	room.head = 3_001;
	sockets[0]?.push(LIVE, said('kitchen', 3_001));
	await pass(100);
	expect(numbers()).toEqual([3_000]);
	await pass(250);
	expect(numbers()).toEqual([3_000, 3_001]);
});

test('a stopped room asks no more', async () => {
	const { asked, stop } = await live();
	stop();
	page.goes('online');
	await pass(120_000);
	expect(asked).toHaveLength(1);
});

test('a page whose messages are missing from a restored store starts afresh, without a gap', async () => {
	const { feed: opened, room, numbers } = await live({ head: 8 });
	expect(numbers()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
	room.restoredTo = 3;
	page.goes('online');
	await pass(200);
	expect([numbers(), opened.timeline.gapAfter, opened.timeline.cursor.message]).toEqual([[3], undefined, 3]);
	expect(restored).toEqual([3]);
	room.head = 4;
	sockets[0]?.push(LIVE, said('kitchen', 4));
	expect(numbers()).toEqual([3, 4]);
});
