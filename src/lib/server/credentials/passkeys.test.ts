import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MINUTE, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { Authenticator } from '../../../../tests/support/authenticator.ts';
import { MAX_PASSKEYS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { changeStanding } from '../people/standing.ts';
import {
	addPasskey,
	authenticationOptions,
	listPasskeys,
	refusalOfPasskeys,
	registrationOptions,
	removePasskey,
	signInByPasskey,
	siteOf
} from './passkeys.ts';

const SITE = siteOf(new URL('https://chat.example.org/you/sign-in'));
const OTHER = siteOf(new URL('https://chat.example.com/you/sign-in'));
const ADA = { person: 'ada', name: 'Ada', placeName: 'Parley' };

async function registered() {
	const store = memoryStore();
	await store.set(keys.person('ada'), JSON.stringify({ id: 'ada', name: 'Ada', createdAt: NOW }));
	await changeStanding(store, 'ada', 'generation', 'one');
	const device = new Authenticator();
	const register = async (site = SITE, now = NOW, authenticator = device) => {
		const { challenge, user } = await registrationOptions(store, ADA, site, NOW);
		const typed = authenticator.register({ challenge, ...site }, user.id);
		return { typed, refusal: await addPasskey(store, { person: 'ada', typed, browser: 'Firefox' }, site, now) };
	};
	const answer = async (site = SITE, now = NOW) => {
		const { challenge } = await authenticationOptions(store, site, now);
		return device.signIn({ challenge, ...site });
	};
	return { store, device, register, answer };
}

const WRONG = { ok: false, because: 'wrong' };

describe('a passkey', () => {
	test('signs its person in, each time with another challenge', async () => {
		const { store, register, answer } = await registered();
		expect((await register()).refusal).toBeUndefined();
		for (const now of [NOW, NOW + MINUTE]) {
			const signedIn = await signInByPasskey(store, await answer(SITE, now), SITE, now);
			expect(signedIn).toMatchObject({ ok: true, person: { id: 'ada' }, generation: 'one' });
		}
		expect(await listPasskeys(store, 'ada')).toMatchObject([
			{ host: 'chat.example.org', browser: 'Firefox', createdAt: NOW, usedAt: NOW + MINUTE }
		]);
	});

	test('signs nobody in with an answer that was used, is old, or comes from the future', async () => {
		const { store, register, answer } = await registered();
		await register();
		const typed = await answer();
		const [first, second] = await Promise.all([1, 2].map(() => signInByPasskey(store, typed, SITE, NOW)));
		expect([first?.ok, second?.ok].sort()).toEqual([false, true]);
		expect(await signInByPasskey(store, typed, SITE, NOW)).toEqual(WRONG);
		for (const minutes of [6, -6]) {
			expect(await signInByPasskey(store, await answer(), SITE, NOW + minutes * MINUTE)).toEqual(WRONG);
		}
		expect(await signInByPasskey(store, await answer(), SITE, NOW + 4 * MINUTE)).toMatchObject({ ok: true });
	});

	test('signs nobody in with a challenge that is not ours, or was for a registration', async () => {
		const { store, device, register } = await registered();
		await register();
		const { challenge } = await registrationOptions(store, ADA, SITE, NOW);
		for (const other of [challenge, '', 'x', Buffer.from(`${NOW} x`).toString('base64url')]) {
			expect(await signInByPasskey(store, device.signIn({ challenge: other, ...SITE }), SITE, NOW)).toEqual(WRONG);
		}
	});

	test('is good for its host alone', async () => {
		const { store, device, register, answer } = await registered();
		await register();
		expect(await signInByPasskey(store, await answer(OTHER), OTHER, NOW)).toEqual(WRONG);
		expect(await signInByPasskey(store, await answer(OTHER), SITE, NOW)).toEqual(WRONG);
		const { challenge } = await authenticationOptions(store, SITE, NOW);
		const phished = device.signIn({ challenge, host: SITE.host, origin: OTHER.origin });
		expect(await signInByPasskey(store, phished, SITE, NOW)).toEqual(WRONG);
		// Another passkey of the same person for the other host.
		const second = new Authenticator();
		expect((await register(OTHER, NOW, second)).refusal).toBeUndefined();
		const asked = await authenticationOptions(store, OTHER, NOW);
		expect(await signInByPasskey(store, second.signIn({ ...asked, ...OTHER }), OTHER, NOW)).toMatchObject({ ok: true });
	});

	test('is refused with another key, an earlier counter, or as what is no answer', async () => {
		const { store, device, register, answer } = await registered();
		await register();
		const forged = JSON.parse(await answer()) as { response: { signature: string } };
		forged.response.signature = (JSON.parse(await answer()) as typeof forged).response.signature;
		for (const typed of [JSON.stringify(forged), '', '{}', 'null', '[]', '{"id":1}']) {
			expect(await signInByPasskey(store, typed, SITE, NOW), typed.slice(0, 20)).toEqual(WRONG);
		}
		expect(await signInByPasskey(store, await answer(), SITE, NOW)).toMatchObject({ ok: true });
		device.counter = 0;
		expect(await signInByPasskey(store, await answer(), SITE, NOW)).toEqual(WRONG);
	});

	test('signs nobody in once it is removed, also in that moment, or its person blocked', async () => {
		const { store, register, answer } = await registered();
		await register();
		await changeStanding(store, 'ada', 'blocked', true);
		expect(await signInByPasskey(store, await answer(), SITE, NOW)).toEqual({ ok: false, because: 'blocked' });
		await changeStanding(store, 'ada', 'blocked', false);
		const [{ id } = { id: '' }] = await listPasskeys(store, 'ada');
		const removing = {
			...store,
			patch: async (key: string, value: string) => {
				await removePasskey(store, 'ada', id);
				await store.patch(key, value);
			}
		};
		expect(await signInByPasskey(removing, await answer(), SITE, NOW)).toEqual(WRONG);
		expect(await signInByPasskey(store, await answer(), SITE, NOW)).toEqual(WRONG);
		expect(await listPasskeys(store, 'ada')).toEqual([]);
	});

	test('is added once for a challenge, by the person who asked, and not beyond the limit', async () => {
		const { store, register } = await registered();
		const { typed } = await register();
		expect(await addPasskey(store, { person: 'ada', typed, browser: 'Firefox' }, SITE, NOW)).toBe('not-verified');
		const { challenge, user } = await registrationOptions(store, ADA, SITE, NOW);
		const ofAda = new Authenticator().register({ challenge, ...SITE }, user.id);
		expect(await addPasskey(store, { person: 'grace', typed: ofAda, browser: '' }, SITE, NOW)).toBe('not-verified');
		expect((await register(SITE, NOW + 6 * MINUTE, new Authenticator())).refusal).toBe('not-verified');
		for (let i = 1; i < MAX_PASSKEYS; i++) await register(SITE, NOW, new Authenticator());
		expect((await register(SITE, NOW, new Authenticator())).refusal).toBe('too-many');
		expect(await listPasskeys(store, 'ada')).toHaveLength(MAX_PASSKEYS);
	});
});

test.each([
	['https://chat.example.org/', undefined],
	['http://localhost:3000/', undefined],
	['http://parley.localhost:3000/', undefined],
	['http://chat.example.org/', 'insecure'],
	['http://notlocalhost/', 'insecure'],
	['http://127.0.0.1:3000/', 'ip-address'],
	['https://192.168.1.5/', 'ip-address'],
	['https://[::1]/', 'ip-address']
])('passkeys at %s: %s', (address, refusal) => {
	expect(refusalOfPasskeys(new URL(address))).toBe(refusal);
});
