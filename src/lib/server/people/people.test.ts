import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MINUTE, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim, readToken } from '../storage/claims.ts';
import { fileEarlierNames } from '../jobs/file-names.ts';
import { claimOrigin } from '../place/origin.ts';
import { FORMAT } from '../storage/format.ts';
import { changeStanding } from './standing.ts';
import { joinOpenly, renamePerson } from './people.ts';
import { authorize, loadSession, openSession } from './sessions.ts';
import { PEOPLE_NAMES, findPerson } from './person-names.ts';

/** The session of a cookie, if it signs in. */
async function signedIn(store: Hpkv, token: string) {
	const session = await loadSession(store, token, { now: NOW, lifetime: 90 * 24 * 60 * MINUTE });
	return session && authorize(store, session);
}

const DEVICE = { browser: 'Firefox on Linux', address: '127.0.0.1' };

/** A new store, in which look-alikes have one log. */
async function oneLogStore(): Promise<Hpkv> {
	const store = memoryStore();
	await store.set(keys.format, String(FORMAT));
	await claimOrigin(store);
	return store;
}

const STORES: [logs: string, newStore: () => Hpkv | Promise<Hpkv>][] = [
	['one log', oneLogStore],
	['two logs', memoryStore]
];

const ada = { typed: 'Ada', formId: 'form-0000000000000001', placeName: 'Parley' };
const other = 'form-0000000000000002';

describe.each(STORES)('joining in a store with %s', (_, newStore) => {
	test('joining creates a person', async () => {
		const store = await newStore();
		const joined = await joinOpenly(store, ada, NOW);
		expect(joined).toMatchObject({ ok: true, person: { name: 'Ada' } });
		if (joined.ok) expect(JSON.parse((await store.get(keys.person(joined.person.id))) ?? '')).toEqual(joined.person);
	});

	test('joining with a look-alike of a taken name is refused', async () => {
		const store = await newStore();
		await joinOpenly(store, ada, NOW);
		for (const typed of ['ADA', ' a d a ', 'Ａｄａ', 'A\u200dda', 'Аԁа']) {
			expect(await joinOpenly(store, { typed, formId: other, placeName: 'Parley' }, NOW), typed).toEqual({
				ok: false,
				because: 'taken'
			});
		}
	});

	test.each([
		['Ada', ['Ada\u2800', 'A\u2800da', 'Ada\ufffc', 'Ada\u{1d159}', '\ua4ee\ua4d3\ua4ee']],
		['Paul', ['PauI', 'Pau1', 'Pau|', 'pauI']],
		['AdamO', ['Adam0', 'adamo']],
		['Jean-Luc', ['Jean\u2010Luc', 'Jean\u2212Luc', 'Jean\u2013Luc']],
		['Emma', ['Ernma', 'Emrna']],
		['Lin', ['\ua4e1\ua4f2\ua4e0']]
	])('joining as a look-alike of %s is refused', async (name, others) => {
		const store = await newStore();
		expect((await joinOpenly(store, { ...ada, typed: name }, NOW)).ok).toBe(true);
		for (const typed of others) {
			expect(await joinOpenly(store, { typed, formId: other, placeName: 'Parley' }, NOW), typed).toEqual({
				ok: false,
				because: 'taken'
			});
		}
	});

	test('joining is allowed under names that can be told apart', async () => {
		const store = await newStore();
		const names = [
			'Lan',
			'Ian',
			'Ali',
			'All',
			'Lia',
			'Ila',
			'Al',
			'Zoe',
			'Zoë',
			'Anna',
			'Анна',
			'Tom',
			'Max',
			'bo',
			'bo_'
		];
		for (const [i, typed] of names.entries()) {
			expect(
				await joinOpenly(store, { typed, formId: `form-00000000000001${i}`, placeName: 'Parley' }, NOW),
				typed
			).toMatchObject({ ok: true });
		}
	});

	test('joining by a repeated form opens the same person, for ten minutes', async () => {
		const store = await newStore();
		const [first, second] = await Promise.all([joinOpenly(store, ada, NOW), joinOpenly(store, ada, NOW + 5)]);
		expect(first).toEqual(second);
		expect(first.ok).toBe(true);
		expect(await joinOpenly(store, ada, NOW + 11 * MINUTE)).toEqual({ ok: false, because: 'taken' });
	});

	test('joining by the same form with another name creates another person', async () => {
		const store = await newStore();
		const first = await joinOpenly(store, ada, NOW);
		const second = await joinOpenly(store, { ...ada, typed: 'Grace' }, NOW);
		expect(first.ok && second.ok && first.person.id !== second.person.id).toBe(true);
	});

	test('concurrent joins with one name let one person in', async () => {
		const store = await newStore();
		const tries = await Promise.all(
			Array.from({ length: 20 }, (_, i) =>
				joinOpenly(store, { typed: 'Ada', formId: `form-00000000000000${10 + i}`, placeName: 'Parley' }, NOW)
			)
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
	});
});

describe('look-alikes whose skeletons differ', () => {
	test.each([
		['arno', 'ARN0'],
		['ARN0', 'arno'],
		['Corner', 'C0RNER'],
		['C0RNER', 'corner'],
		['Bob', 'Вов'],
		['Вов', 'bob']
	])('joining beside %s as %s is refused', async (name, typed) => {
		const store = await oneLogStore();
		expect((await joinOpenly(store, { ...ada, typed: name }, NOW)).ok).toBe(true);
		const joined = await joinOpenly(store, { typed, formId: other, placeName: 'Parley' }, NOW);
		expect(joined).toEqual({ ok: false, because: 'taken' });
	});

	test('of many who join at once as look-alikes, one has the name', async () => {
		const store = await oneLogStore();
		const names = ['arno', 'ARNO', 'ARN0', 'arn0', 'Arno', 'Amo', 'AMO'];
		const tries = await Promise.all(
			names.map((typed, i) =>
				joinOpenly(store, { typed, formId: `form-000000000000001${i}`, placeName: 'Parley' }, NOW)
			)
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
	});
});

describe('joining in a store of the first format', () => {
	test.each([
		['arno', 'ARN0'],
		['ARN0', 'arno'],
		['Corner', 'C0RNER'],
		['C0RNER', 'corner']
	])('joining a new place beside %s as %s, which has another log of look-alikes, is refused', async (name, typed) => {
		const store = memoryStore();
		await claimOrigin(store);
		expect((await joinOpenly(store, { ...ada, typed: name }, NOW)).ok).toBe(true);
		const joined = await joinOpenly(store, { typed, formId: other, placeName: 'Parley' }, NOW);
		expect(joined).toEqual({ ok: false, because: 'taken' });
	});

	/** A claim from before look-alikes were compared. */
	async function earlier(store: Hpkv, ...names: string[]) {
		for (const name of names) {
			const person = { id: `earlier${name}`, name, createdAt: NOW };
			await store.set(keys.person(person.id), JSON.stringify(person));
			await claim(store, PEOPLE_NAMES.spelling(name), person);
		}
	}

	test('joining as a look-alike of a name claimed before look-alikes were compared is refused', async () => {
		const store = memoryStore();
		await earlier(store, 'Paul', 'Emma', 'Ian');
		for (const typed of ['PauI', 'Ernma', 'paul'])
			expect(await joinOpenly(store, { typed, formId: other, placeName: 'Parley' }, NOW), typed).toEqual({
				ok: false,
				because: 'taken'
			});
		await fileEarlierNames(store);
		expect(await joinOpenly(store, { typed: 'lan', formId: other, placeName: 'Parley' }, NOW)).toEqual({
			ok: false,
			because: 'taken'
		});
	});

	test.each([false, true])(
		'joining before look-alikes were compared gives a name for ever (filed: %s)',
		async (filed) => {
			const store = memoryStore();
			await earlier(store, 'Paul', 'PauI');
			if (filed) await fileEarlierNames(store);
			for (const typed of ['PauI', 'Bob', 'PauI'])
				expect(await renamePerson(store, { id: 'earlierPauI', typed, placeName: 'Parley' }, NOW)).toEqual({
					ok: true,
					name: typed
				});
			expect(await renamePerson(store, { id: 'earlierPaul', typed: 'Bob', placeName: 'Parley' }, NOW)).toMatchObject({
				because: 'taken'
			});
			expect([(await findPerson(store, 'pAuI'))?.id, (await findPerson(store, 'paul'))?.id]).toEqual([
				'earlierPauI',
				'earlierPaul'
			]);
		}
	);

	test('a join that crashed after a generation was set is finished with a session that is good', async () => {
		const store = memoryStore();
		const set = store.set.bind(store);
		store.set = () => Promise.reject(new Error('crash'));
		await expect(joinOpenly(store, ada, NOW)).rejects.toThrow('crash');
		store.set = set;
		const [, token = ''] = ((await store.get(PEOPLE_NAMES.spelling('Ada'))) ?? '').split(';');
		const { id } = PEOPLE_NAMES.parse(readToken(token))!;
		// Earlier versions set it with the role.
		await store.patch(keys.standing(id), JSON.stringify({ role: 'member', generation: 'first' }));
		const joined = await joinOpenly(store, ada, NOW + 1);
		if (!joined.ok) throw new Error(joined.because);
		const { generation } = joined;
		expect(joined.repeated).toBe(false);
		const session = await openSession(store, joined.person, { generation, device: DEVICE }, NOW);
		expect(await signedIn(store, session)).toMatchObject({ person: id });
	});
});

describe.each(STORES)('renaming a person in a store with %s', (_, newStore) => {
	const joined = async (store: Hpkv, typed = 'Ada', formId = ada.formId) => {
		const joined = await joinOpenly(store, { typed, formId, placeName: 'Parley' }, NOW);
		if (!joined.ok) throw new Error(joined.because);
		return joined;
	};

	test('a new name shows in every session of the person', async () => {
		const store = await newStore();
		const { person, generation } = await joined(store);
		const sessions = [
			await openSession(store, person, { generation, device: DEVICE }, NOW),
			await openSession(store, person, { generation, device: DEVICE }, NOW)
		];
		expect(await renamePerson(store, { id: person.id, typed: ' Ada  Lovelace ', placeName: 'Parley' }, NOW)).toEqual({
			ok: true,
			name: 'Ada Lovelace'
		});
		for (const session of sessions) {
			expect(await signedIn(store, session)).toMatchObject({ person: person.id, name: 'Ada Lovelace' });
		}
	});

	test('renaming to a name that another person has, or had, is refused', async () => {
		const store = await newStore();
		const { person } = await joined(store);
		const { person: grace } = await joined(store, 'Grace', other);
		expect(await renamePerson(store, { id: grace.id, typed: 'ADA', placeName: 'Parley' }, NOW)).toEqual({
			ok: false,
			because: 'taken'
		});
		await renamePerson(store, { id: person.id, typed: 'Lin', placeName: 'Parley' }, NOW);
		for (const typed of ['Ada', 'Lin']) {
			expect(await renamePerson(store, { id: grace.id, typed: typed, placeName: 'Parley' }, NOW)).toEqual({
				ok: false,
				because: 'taken'
			});
			expect(
				await joinOpenly(store, { typed, formId: 'form-0000000000000003', placeName: 'Parley' }, NOW)
			).toMatchObject({ because: 'taken' });
		}
	});

	test('renaming twice is idempotent, and the earlier name can be taken back', async () => {
		const store = await newStore();
		const { person, generation } = await joined(store);
		const session = await openSession(store, person, { generation, device: DEVICE }, NOW);
		for (const typed of ['Lin', 'Lin', 'Ada', 'Lin']) {
			expect(await renamePerson(store, { id: person.id, typed: typed, placeName: 'Parley' }, NOW)).toEqual({
				ok: true,
				name: typed
			});
			expect(await signedIn(store, session)).toMatchObject({ name: typed });
		}
	});

	test('concurrent renames to one name give it to one person', async () => {
		const store = await newStore();
		const names = ['Ada', 'Grace', 'Lin', 'Barbara', 'Katherine'];
		const people = await Promise.all(names.map((name, i) => joined(store, name, `form-000000000000000${i}`)));
		const renamed = await Promise.all(
			people.map(({ person: { id } }) => renamePerson(store, { id, typed: 'Emmy', placeName: 'Parley' }, NOW))
		);
		expect(renamed.filter(({ ok }) => ok)).toHaveLength(1);
	});

	test('a new name survives a change of roles, and roles survive a rename', async () => {
		const store = await newStore();
		const { person, generation } = await joined(store);
		const session = await openSession(store, person, { generation, device: DEVICE }, NOW);
		await changeStanding(store, person.id, 'role', 'operator');
		await renamePerson(store, { id: person.id, typed: 'Lin', placeName: 'Parley' }, NOW);
		expect(await signedIn(store, session)).toMatchObject({ name: 'Lin', role: 'operator' });
		await changeStanding(store, person.id, 'role', 'member');
		expect(await signedIn(store, session)).toMatchObject({ name: 'Lin', role: 'member' });
	});

	test('a session of a renamed person costs two operations, as before', async () => {
		const inner = await newStore();
		const { person, generation } = await joined(inner);
		const session = await openSession(inner, person, { generation, device: DEVICE }, NOW);
		await renamePerson(inner, { id: person.id, typed: 'Lin', placeName: 'Parley' }, NOW);
		const { store, counts } = countingStore(inner);
		expect(await signedIn(store, session)).toMatchObject({ name: 'Lin' });
		expect(counts).toEqual({ operations: 2, roundTrips: 2 });
	});
});
