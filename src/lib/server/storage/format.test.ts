import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { openForCommand } from '../../../hpkv/process/open-for-command.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from './claims.ts';
import { assertFormat, claimFormat, FORMAT, readFormat, type Migration } from './format.ts';
import { makeSnapshot } from './snapshot.ts';

const snapshot = () => Promise.reject(new Error('there is no room'));

test('a start numbers a store, new or of a version without a number, and a command does not', async () => {
	const store = memoryStore();
	await assertFormat(store);
	expect(await store.get(keys.format)).toBeUndefined();
	await claimFormat(store, { snapshot });
	expect(await readFormat(store)).toBe(FORMAT);
	await claimFormat(store, { snapshot });
	expect(await readFormat(store)).toBe(FORMAT);
});

test('a store of the first format stays as it is, without a snapshot, and one that another program uses is new', async () => {
	const store = await earlier();
	await claimFormat(store, { snapshot });
	expect(await store.get(keys.format)).toBe('1');
	await claimFormat(store, { snapshot });
	expect(await store.get(keys.format)).toBe('1');
	const shared = memoryStore();
	await shared.set('chatrooms', '[]');
	await claimFormat(shared, { snapshot });
	expect(await readFormat(shared)).toBe(FORMAT);
});

test('of two nodes that start a new store at once, both find it to be of the newest format', async () => {
	const store = memoryStore();
	const slow = { ...store, range: async (...of: Parameters<Hpkv['range']>) => (await claimed, store.range(...of)) };
	const claimed = claimFormat(store, { snapshot }).then(() => claim(store, keys.instance, { instance: 'first' }));
	await claimFormat(slow, { snapshot });
	expect(await readFormat(store)).toBe(FORMAT);
});

test('where there is no migration, a start asks for no range of the store', async () => {
	const store = { ...memoryStore(), range: () => Promise.reject(new Error('asked')) };
	await claimFormat(store, { snapshot, migrations: [] });
	expect(await store.get(keys.format)).toBe('1');
});

test.each([String(FORMAT + 1), '2026', `;${FORMAT + 1}`, 'two', '1.5', '01', ';'])(
	'a store of format %s is refused and left as it is',
	async (format) => {
		const store = memoryStore();
		await store.set(keys.format, format);
		await expect(claimFormat(store, { snapshot })).rejects.toThrow(
			`The store was written by a newer Parley (its format is ${format}, and this build knows ${FORMAT}): start a newer build`
		);
		expect(await store.get(keys.format)).toBe(format);
	}
);

/** Spells a record anew, once; the second one is after it. */
const migrations: Migration[] = [
	(store) => store.set('tea', 'black'),
	async (store) => store.set('tea', `${await store.get('tea')}, hot`)
];

async function earlier(): Promise<Hpkv> {
	const store = memoryStore();
	await store.set('tea', 'green');
	await store.increment('cups', 3);
	await store.set(keys.instance, 'earlier');
	return store;
}

test('records of an earlier version are copied whole, and then migrated step by step', async () => {
	const folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
	const store = await earlier();
	const made: string[] = [];
	await claimFormat(store, {
		snapshot: (format) => makeSnapshot(store, { folder, format, now: new Date(NOW) }),
		onSnapshot: (place) => made.push(place),
		migrations
	});
	expect([await store.get('tea'), await store.get(keys.format)]).toEqual(['black, hot', '3']);
	expect(made).toHaveLength(1);
	expect(made[0]).toContain(join(folder, 'format-1-'));
	const before = await openForCommand(made[0] ?? '');
	expect([await before.store.get('tea'), await before.store.get('cups')]).toEqual(['green', '3']);
	expect(await before.store.get(keys.format)).toBeUndefined();
	await before.close();
	// Migrated records need neither a snapshot nor a migration.
	await claimFormat(store, { snapshot, migrations });
	expect(await store.get('tea')).toBe('black, hot');
	rmSync(folder, { recursive: true });
});

test('a store without records is of the newest format', async () => {
	const store = memoryStore();
	await claimFormat(store, { snapshot, migrations });
	expect([await store.get('tea'), await readFormat(store, 3)]).toEqual([undefined, 3]);
});

test('without a snapshot nothing is migrated, and the sentence says why', async () => {
	const store = await earlier();
	await expect(claimFormat(store, { snapshot, migrations })).rejects.toThrow(
		'The records are of format 1 and would be brought to 3, but no snapshot could be made first: there is no room. Nothing was changed'
	);
	expect([await store.get('tea'), await store.get(keys.format)]).toEqual(['green', undefined]);
});

test('a migration that was cut short goes on with its step, after another snapshot', async () => {
	const store = await earlier();
	const formats: number[] = [];
	const options = { snapshot: (format: number) => (formats.push(format), Promise.resolve('there')) };
	const [first, second] = migrations;
	const cut = () => Promise.reject(new Error('cut'));
	await expect(claimFormat(store, { ...options, migrations: [first!, cut] })).rejects.toThrow('cut');
	expect(await store.get(keys.format)).toBe('2');
	const never = () => Promise.reject(new Error('done already'));
	await claimFormat(store, { ...options, migrations: [never, second!] });
	expect([await store.get('tea'), await store.get(keys.format), formats]).toEqual(['black, hot', '3', [1, 2]]);
});
