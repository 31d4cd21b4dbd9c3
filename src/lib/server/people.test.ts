import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../hpkv/client/memory.ts';
import { MINUTE, NOW } from '../../../tests/fixtures/kitchen.ts';
import { keys } from '../chat/keys.ts';
import { join, makeSignIn, whoSignsIn } from './people.ts';
import { endSession, openSession, readSession } from './sessions.ts';

const ada = { typed: 'Ada', formId: 'form-0000000000000001' };
const other = 'form-0000000000000002';

describe('joining', () => {
	test('makes a person', async () => {
		const store = memoryStore();
		const joined = await join(store, ada, NOW);
		expect(joined).toMatchObject({ ok: true, person: { name: 'Ada' } });
		if (joined.ok) expect(JSON.parse((await store.get(keys.person(joined.person.id))) ?? '')).toEqual(joined.person);
	});

	test('with a name that looks like one that is taken is refused', async () => {
		const store = memoryStore();
		await join(store, ada, NOW);
		for (const typed of ['ADA', ' a d a ', 'Ａｄａ', 'A\u200dda', 'Аԁа']) {
			expect(await join(store, { typed, formId: other }, NOW), typed).toEqual({ ok: false, because: 'taken' });
		}
	});

	test('by a form that is posted twice opens the same person both times, for ten minutes', async () => {
		const store = memoryStore();
		const [first, second] = await Promise.all([join(store, ada, NOW), join(store, ada, NOW + 5)]);
		expect(first).toEqual(second);
		expect(first.ok).toBe(true);
		expect(await join(store, ada, NOW + 11 * MINUTE)).toEqual({ ok: false, because: 'taken' });
	});

	test('by the same form with another name makes another person', async () => {
		const store = memoryStore();
		const first = await join(store, ada, NOW);
		const second = await join(store, { ...ada, typed: 'Grace' }, NOW);
		expect(first.ok && second.ok && first.person.id !== second.person.id).toBe(true);
	});

	test('by many with one name at once lets one in', async () => {
		const store = memoryStore();
		const tries = await Promise.all(
			Array.from({ length: 20 }, (_, i) => join(store, { typed: 'Ada', formId: `form-00000000000000${10 + i}` }, NOW))
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
	});
});

test('a sign-in link opens its person, any number of times, and the store never holds the link', async () => {
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

test('a session carries the name, ends for good, and the store never holds its token', async () => {
	const store = memoryStore();
	const token = await openSession(store, { id: 'ada', name: 'Ada', createdAt: NOW }, NOW);
	expect(await readSession(store, token)).toMatchObject({ person: 'ada', name: 'Ada', operator: false });
	expect(JSON.stringify((await store.range('\u0001', '~', 1_000)).records)).not.toContain(token);
	await endSession(store, token);
	expect(await readSession(store, token)).toBeUndefined();
});
