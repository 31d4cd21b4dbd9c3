/** Size limits of answers, for the longest texts that people can write. */
import { expect, test } from 'vitest';
import type { Hpkv } from '../../hpkv/port.ts';
import { memoryStore } from '../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../tests/fixtures/kitchen.ts';
import { keys } from '../chat/storage/keys.ts';
import { MAX_HOLE_RUNS, MAX_MESSAGE } from '../chat/limits.ts';
import { read } from '../chat/markup/parse-messages.ts';
import { readPage, type Page } from './history/history.ts';
import { readSince, type News } from './history/catch-up.ts';

const MB = 1_000_000;
const sizeOf = (answer: unknown) => Buffer.byteLength(JSON.stringify(answer));
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

async function roomOf(count: number, text: string) {
	const store = memoryStore();
	const room = await kitchen(store, count);
	for (const n of from(1, count)) {
		await store.set(keys.message(room, n), JSON.stringify({ ...said(room, n), message: text }));
	}
	return { store, room };
}

/** Asks `since` as a page does, until `more` is missing. */
async function askAll(store: Hpkv, room: string, asked: News['cursor']): Promise<News[]> {
	const answers: News[] = [];
	for (let cursor = asked; ;) {
		const news = await readSince(store, room, cursor, NOW);
		if (typeof news === 'string') throw new Error(news);
		answers.push(news);
		if (!news.more) return answers;
		expect(news.cursor).not.toEqual(cursor);
		cursor = news.cursor;
	}
}

const LONG = '😀'.repeat(MAX_MESSAGE);

test('since returns five hundred long messages in answers of less than 1 MB, each message once', async () => {
	const { store, room } = await roomOf(500, LONG);
	const answers = await askAll(store, room, { message: 0, holes: [], change: 0 });
	expect(Math.max(...answers.map(sizeOf))).toBeLessThan(MB);
	expect(answers.flatMap(({ messages }) => messages.map(({ n }) => n))).toEqual(from(1, 500));
	expect(answers.at(-1)?.cursor).toEqual({ message: 500, holes: [], change: 0 });
});

test('since returns long messages in many holes in answers of less than 1 MB, and loses no hole', async () => {
	const { store, room } = await roomOf(500, LONG);
	const holes = from(1, 470).filter((n) => n % 30 > 0);
	const answers = await askAll(store, room, { message: 500, holes, change: 0 });
	expect(Math.max(...answers.map(sizeOf))).toBeLessThan(MB);
	expect(answers.flatMap(({ messages }) => messages.map(({ n }) => n))).toEqual(holes);
});

test('since returns eight hundred edits in answers of less than 1 MB', async () => {
	const { store, room } = await roomOf(200, 'Tea?');
	for (const m of from(1, 800)) {
		const n = (m * 7) % 200 || 200;
		const text = { message: LONG, timestamp: NOW };
		if (m > 600) await store.set(keys.markEdited(room, n, m), JSON.stringify(text));
		await store.set(keys.change(room, m), JSON.stringify({ kind: 'edit', m, n, ...text }));
	}
	await store.increment(keys.changeCount(room), 800);
	const answers = await askAll(store, room, { message: 200, holes: [], change: 0 });
	expect(Math.max(...answers.map(sizeOf))).toBeLessThan(MB);
	const edited = answers.flatMap(({ changes }) => changes.map(({ n }) => n));
	expect(new Set(edited).size).toBe(200);
	expect(answers.at(-1)?.cursor.change).toBe(800);
});

test('since reads at most two ranges of the store for each run of holes', async () => {
	const { store, room } = await roomOf(500, 'Tea?');
	let ranges = 0;
	const counted = { ...store, range: (...range: Parameters<Hpkv['range']>) => (ranges++, store.range(...range)) };
	const holes = from(1, MAX_HOLE_RUNS).map((n) => 3 * n);
	await readSince(counted, room, { message: 500, holes, change: 0 }, NOW);
	expect(ranges).toBe(2 * (MAX_HOLE_RUNS + 1));
});

test('since returns a message whose reactions exceed one answer, and moves on', async () => {
	const { store, room } = await roomOf(2, 'Tea?');
	const reacted = from(1, 9_000).map((m) =>
		store.set(keys.markReacted(room, 1 + (m % 2), `person${m}`, '👍'), `;${m}+QWRh`)
	);
	await Promise.all(reacted);
	const answers = await askAll(store, room, { message: 1, holes: [], change: 0 });
	expect(answers.flatMap(({ messages }) => messages.map(({ n }) => n))).toEqual([2]);
});

test.each([
	{ name: 'emoji', text: LONG },
	{ name: 'signs that HTML escapes', text: '*<* '.repeat(MAX_MESSAGE / 4) },
	{ name: 'lists in lists', text: '- - - - a\n'.repeat(MAX_MESSAGE / 10) },
	{ name: 'items', text: '- a\n'.repeat(40) }
])('pages of $name are less than 1 MB with what they are read as, and lead on to every message', async ({ text }) => {
	const { store, room } = await roomOf(100, text);
	const pages: Page[] = [await readPage(store, room, undefined, NOW)];
	for (let page = pages[0]; page?.older; page = pages.at(-1)) {
		pages.push(await readPage(store, room, { before: page.older }, NOW));
	}
	expect(pages.toReversed().flatMap(({ messages }) => messages.map(({ n }) => n))).toEqual(from(1, 100));
	for (const page of pages) expect(sizeOf([page, read(page.messages)])).toBeLessThan(MB);

	const upward: Page[] = [await readPage(store, room, { after: 0 }, NOW)];
	for (let page = upward[0]; page?.newer; page = upward.at(-1)) {
		upward.push(await readPage(store, room, { after: page.newer }, NOW));
	}
	expect(upward.flatMap(({ messages }) => messages.map(({ n }) => n))).toEqual(from(1, 100));

	const around = await readPage(store, room, { around: 50 }, NOW);
	const numbers = around.messages.map(({ n }) => n);
	expect(numbers).toContain(50);
	expect([around.older, around.newer]).toEqual([numbers[0], numbers.at(-1)]);
});
