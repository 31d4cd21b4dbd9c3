import { expect, test } from 'vitest';
import { memoryStore } from '../embedded/memory.ts';
import type { Hpkv } from '../port.ts';
import { copyStore, faultOf, planCopy } from './copy-store.ts';

async function filled(store = memoryStore()): Promise<Hpkv> {
	await Promise.all(Array.from({ length: 2_500 }, (_, n) => store.set(`message:a:${n}`, `text ${n}`)));
	await store.set('zoë:é', '{"name":"Zoë"}');
	await store.set('last', '007');
	await store.increment('messages:a', 2_500);
	await store.increment('debt', -3);
	return store;
}

async function all(store: Hpkv) {
	const records: [string, string][] = [];
	for (let start = '\0'; ; start = `${records.at(-1)?.[0]}\0`) {
		const range = await store.range(start, '\u{10ffff}', 1_000);
		records.push(...range.records.map(({ key, value }): [string, string] => [key, value]));
		if (!range.truncated) return records;
	}
}

/** `store`, with a call before each operation of `name`. */
const spied = <Name extends 'set' | 'increment' | 'range'>(
	store: Hpkv,
	name: Name,
	before: (key: string) => unknown
): Hpkv => ({
	...store,
	maxValueBytes: store.maxValueBytes,
	[name]: async (...args: [string, never, never]) => {
		await before(args[0]);
		return (store[name] as (...all: unknown[]) => unknown)(...args);
	}
});

test('a copy has every record, and the report counts and compares each kind of key', async () => {
	const [from, to] = [await filled(), memoryStore()];
	expect(await planCopy(from, to)).toEqual({ records: 2_504, toWrite: 2_504, extra: 0, tooLarge: [] });
	const copied = await copyStore(from, to);
	expect(await all(to)).toEqual(await all(from));
	expect(copied).toMatchObject({ passes: 2, written: 2_504, deleted: 0, skipped: 0, changedSince: 0 });
	expect(copied.kinds).toContainEqual({ kind: 'message', records: 2_500, isEqual: true });
	expect(copied.kinds).toContainEqual({ kind: 'messages', records: 1, isEqual: true });
});

test('counters are counted and text is set', async () => {
	const counted: string[] = [];
	const set: string[] = [];
	const to = spied(
		spied(memoryStore(), 'increment', (key) => counted.push(key)),
		'set',
		(key) => set.push(key)
	);
	await copyStore(await filled(), to);
	expect(counted.sort()).toEqual(['debt', 'messages:a']);
	expect(set).toContain('last');
});

test('a copy that was cut off is continued, and writes only what is missing', async () => {
	const [from, target] = [await filled(), memoryStore()];
	let writes = 0;
	const broken = spied(target, 'set', () => {
		if (++writes > 1_200) throw new Error('cut off');
	});
	await expect(copyStore(from, broken)).rejects.toThrow('cut off');
	const { written } = await copyStore(from, target);
	expect(written).toBeLessThan(1_500);
	expect(await all(target)).toEqual(await all(from));
});

test('records written, counted and deleted while the copy runs are in the target', async () => {
	const [from, to] = [await filled(), memoryStore()];
	let reads = 0;
	const busy = spied(from, 'range', async () => {
		if (++reads > 12) return;
		await from.set(`message:b:${reads}`, 'meanwhile');
		await from.delete(`message:a:${reads}`);
		await from.increment('messages:a');
	});
	const copied = await copyStore(busy, to);
	expect(copied.changedSince).toBe(0);
	expect(copied.deleted).toBeGreaterThan(0);
	expect(await all(to)).toEqual(await all(from));
});

test('a source that never rests is reported', async () => {
	const [from, to] = [await filled(), memoryStore()];
	const busy = spied(from, 'range', () => from.increment('messages:a'));
	const copied = await copyStore(busy, to);
	expect(copied.changedSince).toBeGreaterThan(0);
	expect(copied.passes).toBe(5);
});

test('a value that does not fit is named, and nothing is copied unless it may be left out', async () => {
	const [from, to] = [await filled(), memoryStore(3_000)];
	await from.set('message:a:large', 'x'.repeat(3_001));
	await expect(copyStore(from, to)).rejects.toThrow('message:a:large');
	expect(await all(to)).toEqual([]);
	const copied = await copyStore(from, to, { skipTooLarge: true });
	expect(copied).toMatchObject({ skipped: 1, written: 2_504, changedSince: 0 });
	expect(copied.kinds.every(({ isEqual }) => isEqual)).toBe(true);
});

test('a target with other records is refused, and emptied of them on request', async () => {
	const [from, to] = [await filled(), memoryStore()];
	await to.set('theirs', 'x');
	await expect(copyStore(from, to)).rejects.toThrow('1 records that the source lacks');
	expect(await all(to)).toEqual([['theirs', 'x']]);
	await copyStore(from, to, { replace: true });
	expect(await all(to)).toEqual(await all(from));
});

test('a value that outgrows the target during the copy stops it, and is left out on request', async () => {
	const [from, to] = [await filled(), memoryStore(3_000)];
	let reads = 0;
	const growing = spied(from, 'range', () => (++reads === 4 ? from.set('message:a:1', 'x'.repeat(4_000)) : undefined));
	await expect(copyStore(growing, to)).rejects.toThrow('message:a:1');
	const copied = await copyStore(from, to, { skipTooLarge: true });
	expect(copied).toMatchObject({ skipped: 1, changedSince: 0 });
	expect(faultOf(copied)).toBeUndefined();
});

test('a copy of a source that never rests has a fault, so that the command fails', async () => {
	const from = await filled();
	const copied = await copyStore(
		spied(from, 'range', () => from.increment('messages:a')),
		memoryStore()
	);
	expect(faultOf(copied)).toContain('The source is being written');
});
