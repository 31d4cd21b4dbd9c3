import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MINUTE, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { keys } from '../../chat/storage/keys.ts';
import { personHolder, sessionHolder } from '../people/holders.ts';
import { authorize, endSession, loadSession, openSession } from '../people/sessions.ts';
import { changeStanding, readStanding } from '../people/standing.ts';
import { digest } from '../storage/ids.ts';
import { endAllDevices, endDevice, listDevices } from './devices.ts';

const HOUR = 60 * MINUTE;
const ADA = { id: 'ada', name: 'Ada', createdAt: NOW };
const GRACE = { id: 'grace', name: 'Grace', createdAt: NOW };
const age = { now: NOW, lifetime: 90 * 24 * HOUR };
const device = { browser: 'Firefox on Linux', address: '203.0.113.1' };

/** As a session of Ada that counts now. */
const adaNow = async (store: Hpkv) => ({ person: 'ada', generation: (await readStanding(store, 'ada')).generation });

async function signedIn() {
	const store = memoryStore();
	await changeStanding(store, 'ada', 'generation', 'one');
	const open = (person = ADA, generation: string | undefined = 'one', now = NOW) =>
		openSession(store, person, { generation, device }, now);
	return { store, open };
}

describe('devices', () => {
	test('are listed with the last used first, and this one is marked', async () => {
		const { store, open } = await signedIn();
		const old = await open(ADA, 'one', NOW - 3 * HOUR);
		const mine = await open();
		await open(GRACE, undefined);
		const devices = await listDevices(store, await adaNow(store), { mine: digest(mine), age });
		expect(devices).toEqual([
			{ id: digest(mine), ...device, usedAt: NOW - (NOW % HOUR), isThis: true },
			{ id: digest(old), ...device, usedAt: NOW - 3 * HOUR - (NOW % HOUR), isThis: false }
		]);
	});

	test('of ended sessions are hidden, and removed unless they are new', async () => {
		const { store, open } = await signedIn();
		const ended = digest(await open(ADA, 'one', NOW - 5 * HOUR));
		const earlierGeneration = digest(await open(ADA, 'zero', NOW - 5 * HOUR));
		const expired = digest(await open(ADA, 'one', NOW - 100 * 24 * HOUR));
		await store.delete(keys.session(ended));
		// Listed, and not opened yet.
		await store.patch(keys.sessionOf('ada', 'opening'), JSON.stringify({ ...device, createdAt: NOW, usedAt: NOW }));
		expect(await listDevices(store, await adaNow(store), { mine: undefined, age })).toEqual([]);
		for (const id of [ended, earlierGeneration, expired]) {
			expect(await store.get(keys.sessionOf('ada', id))).toBeUndefined();
			expect(await store.get(keys.session(id))).toBeUndefined();
		}
		expect(await store.get(keys.sessionOf('ada', 'opening'))).toBeDefined();
	});

	test('are ended by their person alone, and their sockets with them', async () => {
		const { store, open } = await signedIn();
		const [one, two] = [await open(), await open()];
		const ofGrace = await open(GRACE, undefined);
		expect(await endDevice(store, 'ada', digest(ofGrace), age)).toBe(false);
		expect(await endDevice(store, 'ada', 'unknown', age)).toBe(false);
		expect(await endDevice(store, 'ada', digest(one), age)).toBe(true);
		expect(await endDevice(store, 'ada', digest(one), age)).toBe(false);
		expect(await loadSession(store, one, age)).toBeUndefined();
		for (const token of [two, ofGrace]) expect(await loadSession(store, token, age)).toBeDefined();
		expect(await store.generationOf(sessionHolder(digest(one)))).toBe(1);
		expect(await store.generationOf(sessionHolder(digest(two)))).toBe(0);
	});

	test('are all ended by a new generation, also those whose sign-in had begun before', async () => {
		const { store, open } = await signedIn();
		const before = await open();
		const generation = await endAllDevices(store, 'ada');
		const late = await open();
		const again = await open(ADA, generation);
		const allowed = async (token: string) => {
			const session = await loadSession(store, token, age);
			return session && (await authorize(store, session));
		};
		expect([await allowed(before), await allowed(late)]).toEqual([undefined, undefined]);
		expect(await allowed(again)).toMatchObject({ person: 'ada' });
		expect(await store.generationOf(personHolder('ada'))).toBe(1);
		await endSession(store, 'ada', digest(again));
	});
});
