import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { StoreUnavailable, type Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { addOwner, readOwners } from '../people/owners.ts';
import { readPerson } from '../people/standing.ts';
import { claimOrigin } from '../place/origin.ts';
import { PlaceSettings } from '../place/settings.ts';
import { findRoom } from '../rooms/rooms.ts';
import { claim } from '../storage/claims.ts';
import { SetupState } from './setup-state.ts';
import { finishSetup, isSetupOpen, keepFirstOperator, offerSetup, setUp, setupPerson } from './setup.ts';
import { findPerson } from '../people/person-names.ts';

const NOW = Date.UTC(2026, 10, 28);
const ADA: Parameters<typeof setUp>[1] = {
	...{ name: 'Ada', place: 'The kitchen', joining: 'invite', reading: 'members', room: 'Hall' },
	formId: 'form-0000000000000001'
};
const GRACE = { ...ADA, name: 'Grace', place: 'The garden', formId: 'form-0000000000000002' };
/** The form's id, from which recovery codes are made, is nowhere in the store. */
async function expectNoFormId(store: Hpkv, formId: string): Promise<void> {
	const { records } = await store.range('\u0001', '~', 1_000);
	const decoded = records.map(({ value }) =>
		value.split(';').map((token) => Buffer.from(token, 'base64url').toString())
	);
	expect(JSON.stringify([records, decoded])).not.toContain(formId);
}
const tokenOf = (path: string | undefined) => path?.split('/').at(-1) ?? '';

async function expectSetUp(store: Hpkv, by: typeof ADA): Promise<void> {
	const person = setupPerson(by.formId);
	expect([...(await readOwners(store))]).toEqual([person]);
	expect(await readPerson(store, person)).toMatchObject({ name: by.name, role: 'owner' });
	expect(await new PlaceSettings(store, {}, () => 0).fresh()).toMatchObject({ name: by.place, chosen: true });
	expect(await findRoom(store, 'hall')).toMatchObject({ name: 'Hall', createdBy: person });
	await expectNoFormId(store, by.formId);
}

describe('the set-up', () => {
	test('makes the owner, the settings and the first room, and ends all links and SETUP_TOKEN', async () => {
		const store = memoryStore();
		const links = [await offerSetup(store), await offerSetup(store)].map(tokenOf);
		const TOKEN = 'a-token-of-the-host';
		for (const token of [...links, TOKEN]) expect(await isSetupOpen(store, token, TOKEN)).toBe(true);
		for (const token of ['', 'x', 'a-token-of-the-hosT']) expect(await isSetupOpen(store, token, TOKEN)).toBe(false);
		expect(await setUp(store, ADA, NOW)).toMatchObject({
			ok: true,
			room: 'hall',
			joined: { repeated: false }
		});
		await expectSetUp(store, ADA);
		for (const token of [...links, TOKEN]) expect(await isSetupOpen(store, token, TOKEN)).toBe(false);
		expect(await offerSetup(store)).toBeUndefined();
	});

	test('two at once make one owner, and the other is told who it is', async () => {
		for (let i = 0; i < 20; i++) {
			const store = memoryStore();
			const both = await Promise.all([setUp(store, ADA, NOW), setUp(store, GRACE, NOW)]);
			const [winner] = both[0].ok ? [ADA, both[1]] : [GRACE, both[0]];
			await expectSetUp(store, winner);
			expect(both.filter(({ ok }) => ok)).toHaveLength(1);
			expect(both.find(({ ok }) => !ok)).toEqual({ ok: false, by: winner.name });
		}
	});

	test('the same form again is the same set-up', async () => {
		const store = memoryStore();
		await setUp(store, ADA, NOW);
		expect(await setUp(store, ADA, NOW + 1)).toMatchObject({ ok: true, joined: { repeated: true } });
		await expectSetUp(store, ADA);
	});

	test('a name that is taken or not allowed is refused while the set-up stays open', async () => {
		const store = memoryStore();
		const token = tokenOf(await offerSetup(store));
		expect(await setUp(store, { ...ADA, name: ' ' }, NOW)).toEqual({ ok: false, because: 'empty' });
		expect(await setUp(store, { ...ADA, name: 'The kitchen' }, NOW)).toEqual({
			ok: false,
			because: 'reserved'
		});
		await claim(store, keys.name('x'), {});
		expect(await isSetupOpen(store, token, undefined)).toBe(true);
	});

	test('a set-up that a crash cut short at any write is finished by the next start, or can be done again', async () => {
		for (let crashAt = 0; ; crashAt++) {
			const store = memoryStore();
			await claimOrigin(store);
			const token = tokenOf(await offerSetup(store));
			let writes = 0;
			const dying = <A extends unknown[]>(write: (...args: A) => Promise<unknown>) =>
				((...args: A) =>
					writes++ >= crashAt ? Promise.reject(new StoreUnavailable('crashed')) : write(...args)) as never;
			const crashing: Hpkv = {
				...store,
				set: dying((key: string, value: string) => store.set(key, value)),
				patch: dying((key: string, value: string) => store.patch(key, value)),
				increment: dying((key: string) => store.increment(key))
			};
			const done = await setUp(crashing, ADA, NOW).catch(() => undefined);
			const finished = await finishSetup(store);
			if (!finished) {
				expect(await isSetupOpen(store, token, undefined), `after ${crashAt} writes`).toBe(true);
				expect(await setUp(store, ADA, NOW + 1)).toMatchObject({ ok: true });
			}
			await expectSetUp(store, ADA);
			if (done) break;
		}
	});
});

test('the set-up is needed until there is an owner, but not where anybody may join', async () => {
	const store = memoryStore();
	await claimOrigin(store);
	const state = new SetupState(store, new PlaceSettings(store, {}, () => 0));
	expect(await state.isNeeded()).toBe(true);
	expect(await new SetupState(store, new PlaceSettings(store, { joining: 'open' }, () => 0)).isNeeded()).toBe(false);
	await setUp(store, ADA, NOW);
	expect(await state.isNeeded()).toBe(false);
});

describe('a store of an earlier version', () => {
	const operator = async (store: Hpkv, standing: object) => {
		await store.set(keys.person('ada'), JSON.stringify({ id: 'ada', name: 'Ada', createdAt: 1 }));
		await store.patch(keys.standing('ada'), JSON.stringify(standing));
	};

	test.each([{ operator: false }, { operator: true, blocked: true }, { operator: true, deactivated: true }])(
		'its first operator does not become the owner with %j',
		async (standing) => {
			const store = memoryStore();
			await claim(store, keys.firstOperator, { person: 'ada' });
			await operator(store, standing);
			await keepFirstOperator(store);
			expect((await readOwners(store)).size).toBe(0);
			expect(await offerSetup(store)).toBeDefined();
		}
	);

	test('its first operator becomes the owner, once', async () => {
		const store = memoryStore();
		await claim(store, keys.firstOperator, { person: 'ada' });
		await operator(store, { operator: true });
		await keepFirstOperator(store);
		await addOwner(store, 'grace', 'ada');
		await keepFirstOperator(store);
		expect([...(await readOwners(store))]).toEqual(['ada', 'grace']);
		expect(await offerSetup(store)).toBeUndefined();
	});

	test('can be used without an owner, also where nobody new may join', async () => {
		const store = memoryStore();
		await claim(store, keys.name('x'), { id: 'ada', name: 'Ada', createdAt: 1 });
		await claimOrigin(store);
		const settings = new PlaceSettings(store, { joining: 'closed' }, () => 0);
		expect(await new SetupState(store, settings).isNeeded()).toBe(false);
	});

	test('without an operator the set-up is offered', async () => {
		const store = memoryStore();
		await keepFirstOperator(store);
		expect(await offerSetup(store)).toMatch(/^\/setup\/[\w-]{43}$/);
		expect(await findPerson(store, 'Ada')).toBeUndefined();
	});
});
