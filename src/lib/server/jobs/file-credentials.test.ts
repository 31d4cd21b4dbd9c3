import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { readStanding } from '../people/standing.ts';
import { endAllDevices, endDevice, listDevices } from '../credentials/devices.ts';
import { listSignInLinks, openSignInLink, revokeSignInLink } from '../credentials/sign-in-links.ts';
import { loadSession } from '../people/sessions.ts';
import { digest } from '../storage/ids.ts';
import { fileEarlierCredentials } from './file-credentials.ts';

const age = { now: NOW, lifetime: 90 * 86_400_000 };

/** A store as the version before wrote it: no listings, no generations, no kinds of links. */
/** As a session of Ada that counts now. */
const adaNow = async (store: Hpkv) => ({ person: 'ada', generation: (await readStanding(store, 'ada')).generation });

async function earlier() {
	const store = memoryStore();
	await store.set(keys.person('ada'), JSON.stringify({ id: 'ada', name: 'Ada', createdAt: NOW }));
	for (const token of ['phone', 'desk']) {
		await store.set(keys.session(digest(token)), JSON.stringify({ person: 'ada', name: 'Ada', createdAt: NOW }));
	}
	await store.set(keys.signIn(digest('link')), JSON.stringify({ person: 'ada', createdAt: NOW }));
	return store;
}

test('sessions and links of the version before are listed, and can be ended', async () => {
	const store = await earlier();
	const devices = async () => listDevices(store, await adaNow(store), { mine: digest('desk'), age });
	expect(await devices()).toEqual([]);
	await fileEarlierCredentials(store);
	expect((await devices()).map(({ id, isThis }) => [id, isThis]).sort()).toEqual(
		[
			[digest('desk'), true],
			[digest('phone'), false]
		].sort()
	);
	expect(await listSignInLinks(store, await adaNow(store), NOW)).toEqual([
		{ id: digest('link'), kind: undefined, createdAt: NOW, until: undefined }
	]);
	expect(await endDevice(store, 'ada', digest('phone'), age)).toBe(true);
	expect(await loadSession(store, 'phone', age)).toBeUndefined();
	expect(await openSignInLink(store, 'link', 'form-a', NOW)).toBeDefined();
	expect(await revokeSignInLink(store, 'ada', digest('link'))).toBe(true);
	expect(await openSignInLink(store, 'link', 'form-a', NOW)).toBeUndefined();
	await endAllDevices(store, 'ada');
	expect(await devices()).toEqual([]);
});

test('a session in use meanwhile keeps its device', async () => {
	const store = await earlier();
	await store.patch(
		keys.sessionOf('ada', digest('desk')),
		JSON.stringify({ browser: 'Firefox on Linux', address: '203.0.113.1', usedAt: NOW })
	);
	await fileEarlierCredentials(store);
	const devices = await listDevices(store, await adaNow(store), { mine: digest('desk'), age });
	expect(devices.find(({ isThis }) => isThis)).toMatchObject({ browser: 'Firefox on Linux', address: '203.0.113.1' });
});

test('the walk is done once for a store, and damaged records do not stop it', async () => {
	const inner = await earlier();
	await inner.set(keys.session('aaaa'), 'damaged');
	await inner.set(keys.signIn('aaaa'), '{"person":1}');
	await fileEarlierCredentials(inner);
	expect(await listDevices(inner, await adaNow(inner), { mine: undefined, age })).toHaveLength(2);
	const { store, counts } = countingStore(inner);
	await fileEarlierCredentials(store);
	expect(counts.operations).toBe(1);
});
