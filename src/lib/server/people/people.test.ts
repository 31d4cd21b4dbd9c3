import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MINUTE, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from '../storage/claims.ts';
import { fileEarlierNames } from '../jobs/file-names.ts';
import { findPerson, setStanding } from './roles.ts';
import { join, makeSignIn, PEOPLE_NAMES, renamePerson, whoSignsIn } from './people.ts';
import { endSession, openSession, readSession } from './sessions.ts';

const ada = { typed: 'Ada', formId: 'form-0000000000000001' };
const other = 'form-0000000000000002';

describe('joining', () => {
	test('joining creates a person', async () => {
		const store = memoryStore();
		const joined = await join(store, ada, NOW);
		expect(joined).toMatchObject({ ok: true, person: { name: 'Ada' } });
		if (joined.ok) expect(JSON.parse((await store.get(keys.person(joined.person.id))) ?? '')).toEqual(joined.person);
	});

	test('joining with a look-alike of a taken name is refused', async () => {
		const store = memoryStore();
		await join(store, ada, NOW);
		for (const typed of ['ADA', ' a d a ', 'Ａｄａ', 'A\u200dda', 'Аԁа']) {
			expect(await join(store, { typed, formId: other }, NOW), typed).toEqual({ ok: false, because: 'taken' });
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
		const store = memoryStore();
		expect((await join(store, { ...ada, typed: name }, NOW)).ok).toBe(true);
		for (const typed of others) {
			expect(await join(store, { typed, formId: other }, NOW), typed).toEqual({ ok: false, because: 'taken' });
		}
	});

	test('joining is allowed under names that can be told apart', async () => {
		const store = memoryStore();
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
			expect(await join(store, { typed, formId: `form-00000000000001${i}` }, NOW), typed).toMatchObject({ ok: true });
		}
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
			expect(await join(store, { typed, formId: other }, NOW), typed).toEqual({ ok: false, because: 'taken' });
		await fileEarlierNames(store);
		expect(await join(store, { typed: 'lan', formId: other }, NOW)).toEqual({ ok: false, because: 'taken' });
	});

	test.each([false, true])(
		'joining before look-alikes were compared gives a name for ever (filed: %s)',
		async (filed) => {
			const store = memoryStore();
			await earlier(store, 'Paul', 'PauI');
			if (filed) await fileEarlierNames(store);
			for (const typed of ['PauI', 'Bob', 'PauI'])
				expect(await renamePerson(store, 'earlierPauI', typed, NOW)).toEqual({ ok: true, name: typed });
			expect(await renamePerson(store, 'earlierPaul', 'Bob', NOW)).toMatchObject({ because: 'taken' });
			expect([(await findPerson(store, 'pAuI'))?.id, (await findPerson(store, 'paul'))?.id]).toEqual([
				'earlierPauI',
				'earlierPaul'
			]);
		}
	);

	test('joining by a repeated form opens the same person, for ten minutes', async () => {
		const store = memoryStore();
		const [first, second] = await Promise.all([join(store, ada, NOW), join(store, ada, NOW + 5)]);
		expect(first).toEqual(second);
		expect(first.ok).toBe(true);
		expect(await join(store, ada, NOW + 11 * MINUTE)).toEqual({ ok: false, because: 'taken' });
	});

	test('joining by the same form with another name creates another person', async () => {
		const store = memoryStore();
		const first = await join(store, ada, NOW);
		const second = await join(store, { ...ada, typed: 'Grace' }, NOW);
		expect(first.ok && second.ok && first.person.id !== second.person.id).toBe(true);
	});

	test('concurrent joins with one name let one person in', async () => {
		const store = memoryStore();
		const tries = await Promise.all(
			Array.from({ length: 20 }, (_, i) => join(store, { typed: 'Ada', formId: `form-00000000000000${10 + i}` }, NOW))
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
	});
});

describe('renaming a person', () => {
	const joined = async (store: Hpkv, typed = 'Ada', formId = ada.formId) => {
		const joined = await join(store, { typed, formId }, NOW);
		if (!joined.ok) throw new Error(joined.because);
		return joined.person;
	};

	test('a new name shows in every session of the person, and in the sign-in link', async () => {
		const store = memoryStore();
		const person = await joined(store);
		const sessions = [await openSession(store, person, NOW), await openSession(store, person, NOW)];
		const link = await makeSignIn(store, person.id, NOW);
		expect(await renamePerson(store, person.id, ' Ada  Lovelace ', NOW)).toEqual({ ok: true, name: 'Ada Lovelace' });
		for (const session of sessions) {
			expect(await readSession(store, session)).toMatchObject({ person: person.id, name: 'Ada Lovelace' });
		}
		expect(await whoSignsIn(store, link)).toMatchObject({ id: person.id, name: 'Ada Lovelace' });
	});

	test('renaming to a name that another person has, or had, is refused', async () => {
		const store = memoryStore();
		const person = await joined(store);
		const grace = await joined(store, 'Grace', other);
		expect(await renamePerson(store, grace.id, 'ADA', NOW)).toEqual({ ok: false, because: 'taken' });
		await renamePerson(store, person.id, 'Lin', NOW);
		for (const typed of ['Ada', 'Lin']) {
			expect(await renamePerson(store, grace.id, typed, NOW)).toEqual({ ok: false, because: 'taken' });
			expect(await join(store, { typed, formId: 'form-0000000000000003' }, NOW)).toMatchObject({ because: 'taken' });
		}
	});

	test('renaming twice is idempotent, and the earlier name can be taken back', async () => {
		const store = memoryStore();
		const person = await joined(store);
		const session = await openSession(store, person, NOW);
		for (const typed of ['Lin', 'Lin', 'Ada', 'Lin']) {
			expect(await renamePerson(store, person.id, typed, NOW)).toEqual({ ok: true, name: typed });
			expect(await readSession(store, session)).toMatchObject({ name: typed });
		}
	});

	test('concurrent renames to one name give it to one person', async () => {
		const store = memoryStore();
		const names = ['Ada', 'Grace', 'Lin', 'Barbara', 'Katherine'];
		const people = await Promise.all(names.map((name, i) => joined(store, name, `form-000000000000000${i}`)));
		const renamed = await Promise.all(people.map(({ id }) => renamePerson(store, id, 'Nobody', NOW)));
		expect(renamed.filter(({ ok }) => ok)).toHaveLength(1);
	});

	test('a new name survives a change of roles, and roles survive a rename', async () => {
		const store = memoryStore();
		const person = await joined(store);
		const session = await openSession(store, person, NOW);
		await setStanding(store, person.id, { operator: true });
		await renamePerson(store, person.id, 'Lin', NOW);
		expect(await readSession(store, session)).toMatchObject({ name: 'Lin', operator: true });
		await setStanding(store, person.id, {});
		expect(await readSession(store, session)).toMatchObject({ name: 'Lin', operator: false });
	});

	test('a session of a renamed person costs two operations, as before', async () => {
		const inner = memoryStore();
		const person = await joined(inner);
		const session = await openSession(inner, person, NOW);
		await renamePerson(inner, person.id, 'Lin', NOW);
		const { store, counts } = countingStore(inner);
		expect(await readSession(store, session)).toMatchObject({ name: 'Lin' });
		expect(counts).toEqual({ operations: 2, roundTrips: 2 });
	});
});

test('a sign-in link opens its person any number of times, and the store never holds the link', async () => {
	const store = memoryStore();
	const joined = await join(store, ada, NOW);
	if (!joined.ok) throw new Error(joined.because);
	const token = await makeSignIn(store, joined.person.id, NOW);
	expect(await whoSignsIn(store, token)).toEqual(joined.person);
	expect(await whoSignsIn(store, token)).toEqual(joined.person);
	expect(await whoSignsIn(store, `${token}x`)).toBeUndefined();
	const { records } = await store.range('\u0001', '~', 1_000);
	expect(JSON.stringify(records)).not.toContain(token);
});

test('a session carries the name, ends for ever, and the store never holds its token', async () => {
	const store = memoryStore();
	const token = await openSession(store, { id: 'ada', name: 'Ada', createdAt: NOW }, NOW);
	expect(await readSession(store, token)).toMatchObject({ person: 'ada', name: 'Ada', operator: false });
	expect(JSON.stringify((await store.range('\u0001', '~', 1_000)).records)).not.toContain(token);
	await endSession(store, token);
	expect(await readSession(store, token)).toBeUndefined();
});
