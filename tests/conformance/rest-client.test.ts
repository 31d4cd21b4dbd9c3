/** `@hpkv/rest-client` 1.0.1 against the store. */
import { HPKVRestClient } from '@hpkv/rest-client';
import { beforeEach, expect } from 'vitest';
import { fresh, official, storeForFile } from './official.ts';

const store = storeForFile();
let client: HPKVRestClient;
beforeEach(() => void (client = new HPKVRestClient(store.baseUrl, store.baseUrl, store.apiKey)));

official([26], 'text and objects come back, and are gone once deleted', async () => {
	const key = fresh();
	await client.set(key, 'text');
	expect((await client.get(key)).value).toBe('text');
	await client.set(key, { a: 1 });
	expect((await client.get(key)).value).toBe('{"a":1}');
	await client.delete(key);
	await expect(client.get(key)).rejects.toMatchObject({ status: 404, code: 'NOT_FOUND', message: 'Record not found' });
});

official([27], 'a partial update merges deeply, keeps siblings and replaces arrays', async () => {
	const key = fresh();
	await client.set(key, { a: 1, b: 2 });
	await client.set(key, { b: 3, c: 4 }, true);
	expect(JSON.parse(String((await client.get(key)).value))).toEqual({ a: 1, b: 3, c: 4 });
	await client.set(key, { deep: { keep: 1, change: { x: 1, y: 2 } }, list: [1, 2, 3] });
	await client.set(key, { deep: { change: { y: 9 } }, list: [4] }, true);
	expect(JSON.parse(String((await client.get(key)).value))).toEqual({
		deep: { keep: 1, change: { x: 1, y: 9 } },
		list: [4]
	});
});

official([28], 'a counter goes up and down', async () => {
	const key = fresh('n');
	await client.set(key, '10');
	expect((await client.atomicIncrement(key, 5)).result).toBe(15);
	expect((await client.atomicIncrement(key, -3)).result).toBe(12);
});

official([29, 30], 'ranges hold both ends in order, say how many and whether there are more', async () => {
	const prefix = fresh('r');
	for (const n of ['111', '001', '101', '010', '100']) await client.set(`${prefix}:${n}`, n);
	const range = (from: string, to: string, limit?: number) =>
		client.range(`${prefix}:${from}`, `${prefix}:${to}`, limit);
	const three = await range('001', '100', 10);
	expect([three.count, three.truncated]).toEqual([3, false]);
	expect(three.records.map(({ value }) => value)).toEqual(['001', '010', '100']);
	expect((await range('010', '010')).count).toBe(1);
	const two = await range('000', '999', 2);
	expect([two.count, two.truncated]).toEqual([2, true]);
	expect(await range('200', '300')).toMatchObject({ records: [], count: 0, truncated: false });
	expect((await range('000', '999')).records.map(({ value }) => value)).toEqual(['001', '010', '100', '101', '111']);
});

official([31], 'keys may hold any sign, also as the ends of a range; values any script', async () => {
	const key = `${fresh()}!@#$%^&*()_+`;
	await client.set(key, '日本語 🙂 ñ');
	expect((await client.get(key)).value).toBe('日本語 🙂 ñ');
	const { records } = await client.range(key, `${key}z`);
	expect(records).toEqual([{ key, value: '日本語 🙂 ñ' }]);
	await client.delete(key);
	await expect(client.get(key)).rejects.toMatchObject({ status: 404 });
});

official([32], 'an empty value and one of 100 KiB are refused', async () => {
	await expect(client.set(fresh(), '')).rejects.toMatchObject({ status: 400, code: 'BAD_REQUEST' });
	await expect(client.set(fresh(), 'x'.repeat(100 * 1024))).rejects.toMatchObject({ status: 400 });
});

official([33], 'what is not there throws, and so does a wrong API key', async () => {
	await expect(client.get(fresh())).rejects.toMatchObject({ status: 404 });
	const stranger = new HPKVRestClient(store.baseUrl, store.baseUrl, 'wrong');
	await expect(stranger.get('a')).rejects.toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
	await expect(stranger.set('a', 'x')).rejects.toMatchObject({ status: 401 });
});

official([26], 'Nexus is told to be missing, not to be broken', async () => {
	await expect(client.nexusSearch('soup')).rejects.toMatchObject({
		status: 501,
		message: expect.stringContaining('Nexus') as string
	});
	await expect(client.nexusQuery('soup?')).rejects.toMatchObject({ status: 501 });
});
