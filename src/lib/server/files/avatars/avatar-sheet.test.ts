import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import { AVATARS_KEPT_MS, MAX_AVATARS } from '../../../chat/limits.ts';
import type { Actor } from '../../../chat/people/permissions.ts';
import type { Place } from '../../../chat/place/place.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { changeStanding } from '../../people/standing.ts';
import { randomId } from '../../storage/ids.ts';
import { PeopleDirectory } from '../../views/people-directory.ts';
import { AvatarSheet } from './avatar-sheet.ts';
import type { KeptPeopleOptions } from './kept-people.ts';

const sheetWith = (people: KeptPeopleOptions['people'], options: Partial<KeptPeopleOptions> = {}) =>
	new AvatarSheet({ people, isFree: () => true, isOn: true, clock: () => 0, failed: () => undefined, ...options });
const placeOf = (reading: Place['reading'], logo?: string | null) => ({ reading, logo }) as Place;
const member: Actor = { id: randomId(), role: 'member' };
const [ada, bob, carol] = [randomId(), randomId(), randomId()];
const pictured = (id: string) => ({ id, avatar: randomId() });

test('members and readers of an open place see all pictures, a guest their own, a stranger the logo', async () => {
	const [one, two] = [pictured(ada), pictured(bob)];
	const people = [one, two, { id: carol }];
	const sheet = sheetWith(() => Promise.resolve(people));
	const logo = randomId();
	const shown = async (actor: Actor, reading: Place['reading']) => {
		const css = (await sheet.of(actor, placeOf(reading, logo)))?.css ?? '';
		return [one.avatar, two.avatar, logo].map((file) => css.includes(`url(avatars/${file})`));
	};
	expect(await shown(member, 'members')).toEqual([true, true, true]);
	expect(await shown(undefined, 'everyone')).toEqual([true, true, true]);
	expect(await shown({ id: bob, role: 'guest' }, 'members')).toEqual([false, true, true]);
	expect(await shown({ id: carol, role: 'guest' }, 'members')).toEqual([false, false, true]);
	expect(await shown(undefined, 'members')).toEqual([false, false, true]);
	expect(await sheet.of(undefined, placeOf('members', null))).toBeUndefined();
	const { css = '' } = (await sheet.of(member, placeOf('members'))) ?? {};
	expect(css).not.toContain(carol);
});

test('the version changes with a picture, and is the same for the same pictures', async () => {
	let people = [pictured(ada)];
	const sheet = sheetWith(() => Promise.resolve(people));
	const version = async () => (await sheet.of(member, placeOf('members')))?.version;
	const first = await version();
	expect(first).toMatch(/^\S{12}$/);
	expect(await version()).toBe(first);
	people = [pictured(ada)];
	expect(await version()).not.toBe(first);
});

test('pictures of two thousand people, in some 35 bytes each as browsers load them', async () => {
	const people = Array.from({ length: MAX_AVATARS + 5 }, () => pictured(randomId()));
	const { css = '' } = (await sheetWith(() => Promise.resolve(people)).of(member, placeOf('members'))) ?? {};
	expect(css.match(/url\(/g)).toHaveLength(MAX_AVATARS);
	expect(gzipSync(css).length / MAX_AVATARS).toBeLessThan(38);
});

test('no record becomes a rule of its own', async () => {
	const evil = ['x)}body{display:none}', '"]{}', '../rooms', '', '\\', 'javascript:alert(1)', `${randomId()}\n`];
	const people = evil.flatMap((text) => [
		{ id: ada, avatar: text },
		{ id: text, avatar: randomId() }
	]);
	for (const logo of evil)
		expect(await sheetWith(() => Promise.resolve(people)).of(member, placeOf('everyone', logo))).toBeUndefined();
});

test('a blocked person has no picture, a deactivated one keeps theirs, and a change is seen at once', async () => {
	const store = memoryStore();
	const directory = new PeopleDirectory(store, () => 0);
	const sheet = sheetWith(() => directory.all());
	const avatar = randomId();
	await store.set(keys.person(ada), JSON.stringify({ id: ada, name: 'Ada', createdAt: 1 }));
	await changeStanding(store, ada, 'avatar', avatar);
	const isShown = async () => (await sheet.of(member, placeOf('members')))?.css.includes(avatar) ?? false;
	expect(await isShown()).toBe(true);
	await changeStanding(store, ada, 'deactivated', true);
	expect(await isShown()).toBe(true);
	await changeStanding(store, ada, 'blocked', true);
	expect(await isShown()).toBe(false);
	await changeStanding(store, ada, 'blocked', false);
	expect(await isShown()).toBe(true);
	await changeStanding(store, ada, 'avatar', null);
	expect(await isShown()).toBe(false);
});

test('where the store does not report writes, people are read once a minute, and no page waits or fails', async () => {
	let [now, reads] = [0, 0];
	const failures: unknown[] = [];
	const people = [pictured(ada)];
	const sheet = sheetWith(() => (++reads === 2 ? Promise.reject(new Error('away')) : Promise.resolve(people)), {
		isFree: () => false,
		clock: () => now,
		failed: (error) => failures.push(error)
	});
	const look = async () => {
		const sheetNow = await sheet.of(member, placeOf('members'));
		await new Promise((done) => setImmediate(done));
		return sheetNow !== undefined;
	};
	expect([await look(), await look(), await look()]).toEqual([false, true, true]);
	expect(reads).toBe(1);
	now += AVATARS_KEPT_MS;
	expect([await look(), await look(), reads, failures.length]).toEqual([true, true, 2, 1]);
	// Of a guest, and of a stranger, nothing is read.
	now += AVATARS_KEPT_MS;
	expect(await sheet.of(undefined, placeOf('members'))).toBeUndefined();
	expect(reads).toBe(2);
});
