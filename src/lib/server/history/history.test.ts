import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readPage } from './history.ts';
import { findRoom } from '../rooms/rooms.ts';
import { readSince, type News } from './catch-up.ts';

const ns = (messages: readonly { n: number }[]) => messages.map(({ n }) => n);
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('a page', () => {
	test('a page shows the newest fifty messages and links to older ones', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120);
		const page = await readPage(store, room, undefined, NOW);
		expect(ns(page.messages)).toEqual(from(71, 120));
		expect(page.older).toBe(71);
		expect(page.newer).toBeUndefined();
	});

	test('pages link to each other and show every message once', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120);
		const second = await readPage(store, room, { before: 71 }, NOW);
		const first = await readPage(store, room, { before: second.older ?? 0 }, NOW);
		expect([...ns(first.messages), ...ns(second.messages)]).toEqual(from(1, 70));
		expect(first.older).toBeUndefined();
		const again = await readPage(store, room, { after: first.newer ?? 0 }, NOW);
		expect(ns(again.messages)).toEqual(from(21, 70));
		const newest = await readPage(store, room, { after: again.newer ?? 0 }, NOW);
		expect(ns(newest.messages)).toEqual(from(71, 120));
		expect(newest.newer).toBeUndefined();
	});

	test('a page around a message shows those before and after it', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120);
		const page = await readPage(store, room, { around: 60 }, NOW);
		expect(ns(page.messages)).toEqual(from(35, 84));
		expect([page.older, page.newer]).toEqual([35, 84]);
	});

	test('a page opens shortly before the first unread message when the unread ones do not fit', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 3_000);
		const opened = (mark?: number) => readPage(store, room, undefined, NOW, { mark: Promise.resolve(mark) });
		const unread = await opened(400);
		expect(ns(unread.messages)).toEqual(from(391, 440));
		expect([unread.older, unread.newer]).toEqual([391, 440]);
		expect(ns((await opened(0)).messages)).toEqual(from(1, 50));
		expect(ns((await opened(2_949)).messages)).toEqual(from(2_940, 2_989));
		for (const mark of [2_950, 3_000, undefined]) {
			expect(ns((await opened(mark)).messages)).toEqual(from(2_951, 3_000));
		}
		// An explicit place ignores the read mark.
		expect(ns((await readPage(store, room, { before: 101 }, NOW, { mark: Promise.resolve(400) })).messages)).toEqual(
			from(51, 100)
		);
	});

	test('a page at the first unread message reads past void numbers', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 600, from(110, 500));
		const page = await readPage(store, room, undefined, NOW, { mark: Promise.resolve(105) });
		expect(ns(page.messages)).toEqual([...from(96, 109), ...from(501, 536)]);
	});

	test('a page reads downward past voids and holes until it has fifty messages', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 200, from(101, 180));
		for (const n of from(101, 140)) await store.set(keys.message(room, n), JSON.stringify({ n, void: true }));
		const page = await readPage(store, room, undefined, NOW);
		expect(ns(page.messages)).toEqual([...from(71, 100), ...from(181, 200)]);
	});

	test('a page has the message above it, past a few void numbers', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120, [69, 70]);
		const above = async (...place: [Parameters<typeof readPage>[2]]) =>
			(await readPage(store, room, ...place, NOW)).above;
		expect(await above(undefined)).toEqual({
			n: 68,
			person: 'ada',
			sender: 'Ada',
			timestamp: said(room, 68).timestamp
		});
		expect((await above({ after: 40 }))?.n).toBe(40);
		expect((await above({ around: 60 }))?.n).toBe(34);
		expect(await above({ before: 51 })).toBeUndefined();
	});

	test('a page without any message still links to the next one', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 3_000, from(500, 2_000));
		const nothing = await readPage(store, room, { before: 2_001 }, NOW);
		expect([nothing.messages, nothing.newer]).toEqual([[], 2_000]);
		expect(ns((await readPage(store, room, { before: nothing.older ?? 0 }, NOW)).messages)).toEqual(from(450, 499));
	});

	test('a page of older messages stores its own holes and no others', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120, [70, 95]);
		for (const n of from(1, 120)) {
			if (n !== 70 && n !== 95) await store.set(keys.message(room, n), JSON.stringify(said(room, n, NOW)));
		}
		const page = await readPage(store, room, { before: 71 }, NOW);
		expect([page.cursor.message, page.cursor.holes]).toEqual([120, [70]]);
	});

	test('a page around a number that was never given out ends at the newest message', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 120);
		expect(ns((await readPage(store, room, { around: 9_000 }, NOW)).messages)).toEqual(from(95, 120));
	});

	test('a page of an empty room is empty', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 0);
		const page = await readPage(store, room, undefined, NOW);
		expect(page).toEqual({ messages: [], cursor: { message: 0, holes: [], change: 0 } });
	});

	test('a page costs as many operations with ten thousand messages as with fifty, in at most three dependent round trips', async () => {
		const costs = await Promise.all(
			[50, 10_000].map(async (count) => {
				const inner = memoryStore();
				const room = await kitchen(inner, count);
				const { store, counts } = countingStore(inner);
				expect((await findRoom(store, 'kitchen'))?.id).toBe(room);
				expect((await readPage(store, room, undefined, NOW)).messages).toHaveLength(50);
				return counts;
			})
		);
		expect(costs[0]).toEqual(costs[1]);
		expect(costs[1]?.roundTrips).toBeLessThanOrEqual(3);
	});

	test('a page rendered between the increment and the record of a send stores the hole', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 10, [10]);
		const page = await readPage(store, room, undefined, NOW);
		expect(page.cursor).toEqual({ message: 10, holes: [10], change: 0 });
		await store.set(keys.message(room, 10), JSON.stringify(said(room, 10)));
		const news = (await readSince(store, room, page.cursor, NOW)) as News;
		expect(ns(news.messages)).toEqual([10]);
		expect(news.cursor.holes).toEqual([]);
	});

	test('a page counts a change that has a number and no record as not known', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 30);
		await store.increment(keys.changeCount(room));
		expect((await readPage(store, room, undefined, NOW)).cursor.change).toBe(0);
	});
});
