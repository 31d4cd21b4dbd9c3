import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, MINUTE, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import type { Seen } from '../../chat/reading/cursor.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readPage } from './history.ts';
import { readSince, type News } from './catch-up.ts';

const ns = (messages: readonly { n: number }[]) => messages.map(({ n }) => n);
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

describe('readSince', () => {
	const since = async (...args: Parameters<typeof readSince>) => (await readSince(...args)) as News;

	test('readSince returns the messages and changes after the cursor', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 60);
		const news = await since(store, room, { message: 55, holes: [], change: 0 }, NOW);
		expect(ns(news.messages)).toEqual(from(56, 60));
		expect(news.cursor).toEqual({ message: 60, holes: [], change: 0 });
	});

	test('readSince returns nothing when the cursor is at the head', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 60);
		expect((await since(store, room, { message: 60, holes: [], change: 0 }, NOW)).messages).toEqual([]);
	});

	test('readSince keeps a hole until a later message is a minute old', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 10, [8]);
		await store.set(keys.message(room, 9), JSON.stringify(said(room, 9, NOW - MINUTE / 2)));
		await store.set(keys.message(room, 10), JSON.stringify(said(room, 10, NOW - MINUTE / 2)));
		const early = await since(store, room, { message: 7, holes: [], change: 0 }, NOW);
		expect(early.cursor.holes).toEqual([8]);
		const settled = await since(store, room, early.cursor, NOW + MINUTE);
		expect(settled.cursor.holes).toEqual([]);
	});

	test('readSince returns a message that the change log announces as late, long after its number was settled', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 30, [5]);
		const page = await readPage(store, room, undefined, NOW);
		expect(page.cursor.holes).toEqual([]);

		const m = await store.increment(keys.changeCount(room));
		await store.set(keys.change(room, m), JSON.stringify({ m, kind: 'late', n: 5, timestamp: NOW }));
		const announced = await since(store, room, page.cursor, NOW);
		expect(announced.cursor).toEqual({ message: 30, holes: [5], change: 1, changedAt: NOW });

		await store.set(keys.message(room, 5), JSON.stringify(said(room, 5)));
		const arrived = await since(store, room, announced.cursor, NOW);
		expect(ns(arrived.messages)).toEqual([5]);
		expect(arrived.cursor.holes).toEqual([]);
	});

	test('readSince answers too-far when the reader is more than two thousand messages behind', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 2_101);
		expect(await readSince(store, room, { message: 100, holes: [], change: 0 }, NOW)).toBe('too-far');
		expect(ns((await since(store, room, { message: 101, holes: [], change: 0 }, NOW)).messages)).toHaveLength(2_000);
	});
});

describe('a store restored from a backup', () => {
	const seen = (store: Hpkv, room: string, n: number, more: Partial<Seen> = {}) =>
		readSince(store, room, { message: n, holes: [], change: 0, newest: { n, id: said(room, n).id }, ...more }, NOW);
	/** Stores another message under the number. */
	const instead = async (store: Hpkv, room: string, n: number) =>
		store.set(keys.message(room, n), JSON.stringify({ ...said(room, n), id: `eve-${String(n).padStart(16, '0')}` }));

	test('a restored store is detected when the cursor is above its counters', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 10);
		expect(await seen(store, room, 11)).toBe('restored');
		expect(await seen(store, room, 10, { change: 1 })).toBe('restored');
		expect(await seen(store, room, 10)).toMatchObject({ messages: [] });
	});

	test('a restored store is detected after its new numbers have passed the cursor', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 12);
		await instead(store, room, 11);
		expect(await seen(store, room, 11)).toBe('restored');
		expect(await seen(store, room, 10)).toMatchObject({ cursor: { message: 12 } });
		// A reader of older messages that received a later one as a live event.
		expect(await seen(store, room, 12, { newest: { n: 11, id: said(room, 11).id } })).toBe('restored');
	});

	test('a restored store is detected when only its changes differ', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 10);
		for (const timestamp of [1, 2]) {
			const m = await store.increment(keys.changeCount(room));
			await store.set(keys.change(room, m), JSON.stringify({ m, kind: 'delete', n: 3, timestamp }));
		}
		expect(await seen(store, room, 10, { change: 1, changedAt: 7 })).toBe('restored');
		expect(await seen(store, room, 10, { change: 2, changedAt: 7 })).toBe('restored');
		expect(await seen(store, room, 10, { change: 1, changedAt: 1 })).toMatchObject({
			changes: [{ m: 2 }],
			cursor: { change: 2, changedAt: 2 }
		});
	});
});
