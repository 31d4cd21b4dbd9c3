import { afterEach, beforeEach, expect, test } from 'vitest';
import { backToNode, browser, pass, sockets } from '../../../../tests/fixtures/browser.ts';
import { said } from '../../../../tests/fixtures/kitchen.ts';
import { Connection } from '../connection/Connection.svelte.ts';
import { HistoryPager } from './HistoryPager.svelte.ts';
import { RoomSync } from './RoomSync.svelte.ts';

beforeEach(browser);
afterEach(backToNode);

const from = (first: number, last: number) =>
	Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => said('kitchen', first + i));

test('a message sent while the newest page loads is shown below that page', async () => {
	const room = { head: 100 };
	const connection = new Connection(() => Promise.resolve({ url: '/hpkv/ws', token: 'a-token' }));
	const feed = new RoomSync(
		{ messages: from(1, 50), newer: 50, cursor: { message: 100, holes: [], change: 0 } },
		'20261123',
		{
			room: 'kitchen',
			connection,
			since: (query) =>
				Promise.resolve({
					day: '20261123',
					messages: from(Number(query.get('message')) + 1, room.head),
					changes: [],
					cursor: { message: room.head, holes: [], change: 0 }
				})
		}
	);
	const stops = [feed.start(), connection.start()];
	await pass(0);
	sockets[0]?.open();
	const paging: HistoryPager = new HistoryPager(feed, {
		page: () =>
			new Promise((answer) => {
				const page = { messages: from(51, room.head), older: 51, cursor: feed.timeline.cursor };
				setTimeout(() => answer(page), 100);
			}),
		at: () => undefined,
		nearStart: () => false,
		onturn: () => undefined,
		me: () => 'ada'
	});
	const end = paging.end();
	room.head = 101;
	// The answer to the send overtakes the page.
	feed.timeline.receive(said('kitchen', 101));
	await pass(100);
	await end;
	await pass(0);
	expect(feed.timeline.messages.map(({ n }) => n)).toEqual(from(51, 101).map(({ n }) => n));
	stops.forEach((stop) => stop());
});

test('a new message removes the oldest at the end, and removes nothing above a reader who is further up', () => {
	const connection = new Connection(() => Promise.resolve(undefined));
	const held = (at: number | undefined, nearStart = false) => {
		const feed = new RoomSync({ messages: from(1, 200), cursor: { message: 200, holes: [], change: 0 } }, '20261123', {
			room: 'kitchen',
			connection,
			since: () => Promise.reject(new Error('away'))
		});
		let turns = 0;
		new HistoryPager(feed, {
			page: () => Promise.reject(new Error('away')),
			at: () => at,
			nearStart: () => nearStart,
			onturn: () => void turns++,
			me: () => 'ada'
		});
		feed.timeline.receive(said('kitchen', 201));
		return [feed.timeline.messages.at(0)?.n, feed.timeline.messages.at(-1)?.n, turns];
	};
	expect(held(undefined)).toEqual([52, 201, 1]);
	expect(held(30)).toEqual([1, 201, 0]);
	// A screen on which two views are more than the messages that would be kept.
	expect(held(undefined, true)).toEqual([1, 201, 0]);
});
