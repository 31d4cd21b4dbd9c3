import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { keys } from '../../chat/storage/keys.ts';
import { CLOSED, OPEN } from '../../chat/place/place.ts';
import { claim } from '../storage/claims.ts';
import { digest } from '../storage/ids.ts';
import { claimOrigin, readNameLogs } from './origin.ts';
import { PlaceSettings, type Pins } from './settings.ts';

const settingsOf = (store = memoryStore(), pins: Pins = {}, clock = () => 0) => new PlaceSettings(store, pins, clock);

describe('the settings of the place', () => {
	test('a new store is for members, who come in by invitation', async () => {
		const store = memoryStore();
		expect(await claimOrigin(store)).toBe('new');
		expect(await settingsOf(store).fresh()).toEqual(CLOSED);
	});

	test('a store that has people already stays open, until somebody changes that', async () => {
		const store = memoryStore();
		await claim(store, keys.name(digest('ada')), { id: 'ada', name: 'Ada', createdAt: 1 });
		expect(await claimOrigin(store)).toBe('older');
		const settings = settingsOf(store);
		expect(await settings.fresh()).toEqual(OPEN);
		await settings.change({ reading: 'members', chosen: true });
		expect(await settings.fresh()).toEqual({ ...OPEN, reading: 'members', chosen: true });
		// A later start decides nothing again.
		expect(await claimOrigin(store)).toBe('older');
		expect(await settings.fresh()).toMatchObject({ reading: 'members' });
	});

	test('people who join do not make a new store an older one', async () => {
		const store = memoryStore();
		await claimOrigin(store);
		await claim(store, keys.name(digest('ada')), { id: 'ada', name: 'Ada', createdAt: 1 });
		expect(await claimOrigin(store)).toBe('new');
	});

	test.each(['[]', 'x', '{"joining":"everybody","reading":true}', '{}', '17'])(
		'a damaged record (%s) closes the place, also one that was open',
		async (damaged) => {
			const store = memoryStore();
			await store.set(keys.settings, damaged);
			expect(await settingsOf(store).fresh()).toEqual(CLOSED);
		}
	);

	test('the environment pins who may join and read', async () => {
		const store = memoryStore();
		await store.set(keys.settings, JSON.stringify({ joining: 'open', name: 'Kitchen' }));
		const settings = settingsOf(store, { joining: 'closed' });
		expect(await settings.fresh()).toMatchObject({ joining: 'closed', reading: 'members', name: 'Kitchen' });
	});

	test('settings are kept until they are written, or for a second where others write unheard', async () => {
		const store = memoryStore();
		const heard = settingsOf(store);
		let time = 0;
		const unheard = settingsOf({ ...store, hearsAllWrites: false, onWritten: () => undefined }, {}, () => time);
		for (const settings of [heard, unheard]) expect(await settings.now()).toMatchObject({ name: 'Parley' });
		await store.patch(keys.settings, JSON.stringify({ name: 'Kitchen' }));
		expect(await heard.now()).toMatchObject({ name: 'Kitchen' });
		expect(await unheard.now()).toMatchObject({ name: 'Parley' });
		time = 1_000;
		expect(await unheard.now()).toMatchObject({ name: 'Kitchen' });
	});

	test('settings that the node read before its line was up decide no join: another node may have changed them', async () => {
		const store = memoryStore();
		await store.patch(keys.settings, JSON.stringify({ joining: 'open' }));
		let [time, since] = [0, 0];
		const hearing = { keptMs: () => 15_000, since: () => since, caughtUp: () => Promise.resolve(true) };
		const others = { ...store, hearsAllWrites: false, onWritten: () => undefined };
		const settings = new PlaceSettings(others, {}, () => time, hearing);
		expect(await settings.heard()).toMatchObject({ joining: 'open' });
		// The line broke, another node closed the place unheard, and the line is back within the second.
		await store.patch(keys.settings, JSON.stringify({ joining: 'closed' }));
		[time, since] = [900, 800];
		expect(await settings.heard()).toMatchObject({ joining: 'closed' });
	});
});

test('look-alikes have one log in a new store of a format that says so, and two where a build that knows no other may run', async () => {
	const store = memoryStore();
	await store.set(keys.format, '2');
	await claimOrigin(store);
	expect(await readNameLogs(store)).toBe('one');

	const ofFirstFormat = memoryStore();
	await ofFirstFormat.set(keys.format, '1');
	await claimOrigin(ofFirstFormat);
	expect(await readNameLogs(ofFirstFormat)).toBe('two');

	const earlier = memoryStore();
	await claim(earlier, keys.origin, { origin: 'new' });
	await earlier.set(keys.format, '2');
	await claimOrigin(earlier);
	expect(await readNameLogs(earlier)).toBe('two');
});
