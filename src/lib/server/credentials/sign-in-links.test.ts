import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MINUTE, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { keys } from '../../chat/storage/keys.ts';
import { changeStanding, readStanding } from '../people/standing.ts';
import { digest } from '../storage/ids.ts';
import {
	BY_SERVER,
	listSignInLinks,
	makeSignInLink,
	openSignInLink,
	readSignInLink,
	revokeSignInLink,
	type LinkKind
} from './sign-in-links.ts';

const HOUR = 60 * MINUTE;

/** As a session of Ada that counts now. */
const adaNow = async (store: Hpkv) => ({ person: 'ada', generation: (await readStanding(store, 'ada')).generation });

async function known(kind: LinkKind = 'device') {
	const store = memoryStore();
	await changeStanding(store, 'ada', 'generation', 'one');
	await store.set(keys.person('ada'), JSON.stringify({ id: 'ada', name: 'Ada', createdAt: NOW }));
	return { store, link: await makeSignInLink(store, 'ada', kind, NOW, BY_SERVER) };
}

/** A link as earlier versions made them. */
async function eternal(store: Hpkv) {
	await store.set(keys.signIn(digest('eternal')), JSON.stringify({ person: 'ada', createdAt: NOW }));
	return 'eternal';
}

describe('a sign-in link', () => {
	test('is shown without being used, and signs in once; the same form again is the same use', async () => {
		const { store, link } = await known();
		for (const _ of [1, 2]) expect(await readSignInLink(store, link, NOW)).toMatchObject({ person: { name: 'Ada' } });
		const opened = { person: { id: 'ada' }, kind: 'device', generation: 'one' };
		expect(await openSignInLink(store, link, 'form-a', NOW)).toMatchObject(opened);
		expect(await openSignInLink(store, link, 'form-a', NOW)).toMatchObject(opened);
		expect(await openSignInLink(store, link, 'form-b', NOW)).toBeUndefined();
		expect(await readSignInLink(store, link, NOW)).toBeUndefined();
		expect(JSON.stringify((await store.range('\u0001', '~', 100)).records)).not.toContain(link);
	});

	test('signs in one of many who open it at once', async () => {
		const { store, link } = await known();
		const opened = await Promise.all(
			Array.from({ length: 8 }, (_, i) => openSignInLink(store, link, `form-${i}`, NOW))
		);
		expect(opened.filter(Boolean)).toHaveLength(1);
	});

	test.each([
		['device', 10 * MINUTE],
		['recovery', 4 * HOUR]
	] as const)('of the kind %s expires', async (kind, lifetime) => {
		const { store, link } = await known(kind);
		expect(await readSignInLink(store, link, NOW + lifetime)).toBeDefined();
		expect(await readSignInLink(store, link, NOW + lifetime + 1)).toBeUndefined();
		expect(await openSignInLink(store, link, 'form-a', NOW + lifetime + 1)).toBeUndefined();
		expect(await openSignInLink(store, link, 'form-a', NOW + lifetime)).toBeDefined();
	});

	test.each(['device', 'recovery'] as const)('of the kind %s ends with the sessions', async (kind) => {
		const { store, link } = await known(kind);
		await changeStanding(store, 'ada', 'generation', 'two');
		expect(await readSignInLink(store, link, NOW)).toBeUndefined();
		expect(await openSignInLink(store, link, 'form-a', NOW)).toBeUndefined();
		expect(await listSignInLinks(store, await adaNow(store), NOW)).toEqual([]);
	});

	test.each(['blocked', 'deactivated'] as const)('signs in nobody who is %s', async (how) => {
		const { store, link } = await known();
		await changeStanding(store, 'ada', how, true);
		expect(await readSignInLink(store, link, NOW)).toBeUndefined();
		expect(await openSignInLink(store, link, 'form-a', NOW)).toBeUndefined();
		expect(await openSignInLink(store, await eternal(store), 'form-a', NOW)).toBeUndefined();
		await changeStanding(store, 'ada', how, false);
		expect(await openSignInLink(store, link, 'form-b', NOW)).toBeDefined();
	});

	test('with a damaged record signs nobody in', async () => {
		const { store, link } = await known();
		for (const record of ['', 'x', '{"person":"ada"}', '{"person":"ada","createdAt":1,"kind":"else"}']) {
			await store.set(keys.signIn(digest(link)), record || ' ');
			expect(await openSignInLink(store, link, 'form-a', NOW), record).toBeUndefined();
		}
	});

	test('for recovery ends the sessions once, also if its form is repeated', async () => {
		const { store, link } = await known('recovery');
		const first = await openSignInLink(store, link, 'form-a', NOW);
		const { generation } = await readStanding(store, 'ada');
		expect(generation).not.toBe('one');
		expect(first).toMatchObject({ kind: 'recovery', generation });
		expect(await openSignInLink(store, link, 'form-b', NOW)).toBeUndefined();
		expect(await openSignInLink(store, link, 'form-a', NOW)).toEqual({
			...first,
			person: { ...first?.person, standing: { generation, recoveredAt: NOW } }
		});
		expect(await readStanding(store, 'ada')).toMatchObject({ generation });
		// Sessions that end afterwards end this one too.
		await changeStanding(store, 'ada', 'generation', 'three');
		expect(await openSignInLink(store, link, 'form-a', NOW)).toBeUndefined();
	});
});

describe('a recovery link', () => {
	/** Ada's link, made by Opal. */
	async function made(byRole: 'operator' | 'member') {
		const { store } = await known();
		await store.set(keys.person('opal'), JSON.stringify({ id: 'opal', name: 'Opal', createdAt: NOW }));
		await changeStanding(store, 'opal', 'role', byRole);
		return { store, link: await makeSignInLink(store, 'ada', 'recovery', NOW, 'opal') };
	}
	const opens = async (store: Hpkv, link: string) => (await openSignInLink(store, link, 'form-a', NOW)) !== undefined;

	test('of an operator signs in a member, who is told of it', async () => {
		const { store, link } = await made('operator');
		expect(await opens(store, link)).toBe(true);
		expect(await readStanding(store, 'ada')).toMatchObject({ recoveredAt: NOW });
	});

	test('of somebody who is no operator signs nobody in', async () => {
		const { store, link } = await made('member');
		expect(await opens(store, link)).toBe(false);
	});

	test.each([
		['its maker is an operator no more', 'opal', 'role', 'member'],
		['its maker is blocked', 'opal', 'blocked', true],
		['its maker is deactivated', 'opal', 'deactivated', true],
		['its person is an operator by now', 'ada', 'role', 'operator']
	] as const)('signs nobody in if %s', async (_, person, field, value) => {
		const { store, link } = await made('operator');
		await changeStanding(store, person, field, value);
		expect(await readSignInLink(store, link, NOW)).toBeUndefined();
		expect(await opens(store, link)).toBe(false);
	});

	test('signs nobody in if its person is an owner by now, by the log of owners', async () => {
		const { store, link } = await made('operator');
		await store.patch(keys.owners, ';+ada@ada');
		expect(await opens(store, link)).toBe(false);
	});
});

describe('listed links', () => {
	test('are those that still sign in, and expired ones are removed', async () => {
		const { store, link } = await known();
		const recovery = await makeSignInLink(store, 'ada', 'recovery', NOW + 1);
		const used = await makeSignInLink(store, 'ada', 'device', NOW);
		await openSignInLink(store, used, 'form-a', NOW);
		const ids = async (now: number) => (await listSignInLinks(store, await adaNow(store), now)).map(({ id }) => id);
		expect(await ids(NOW + 1)).toEqual([digest(recovery), digest(link)]);
		expect(await ids(NOW + HOUR)).toEqual([digest(recovery)]);
		expect(await store.get(keys.signIn(digest(link)))).toBeUndefined();
		expect(await store.get(keys.credential('ada', 'link', digest(link)))).toBeUndefined();
	});

	test('are revoked by their person alone, and sign in nobody afterwards', async () => {
		const { store, link } = await known();
		await eternal(store);
		expect(await revokeSignInLink(store, 'grace', digest(link))).toBe(false);
		for (const token of [link, 'eternal']) {
			expect(await openSignInLink(store, token, 'form-a', NOW)).toBeDefined();
			expect(await revokeSignInLink(store, 'ada', digest(token))).toBe(true);
			expect(await revokeSignInLink(store, 'ada', digest(token))).toBe(false);
			expect(await openSignInLink(store, token, 'form-a', NOW)).toBeUndefined();
		}
	});

	test('that are revoked while they are opened sign in nobody', async () => {
		const { store, link } = await known();
		const revoking = {
			...store,
			patch: async (key: string, value: string) => {
				await revokeSignInLink(store, 'ada', digest(link));
				await store.patch(key, value);
			}
		};
		expect(await openSignInLink(revoking, link, 'form-a', NOW)).toBeUndefined();
	});
});
