import { describe, expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { joinOpenly } from '../people/people.ts';
import { changeStanding } from '../people/standing.ts';
import { setPassword } from './passwords.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';
import { signInByCode, signInByPassword } from './sign-in.ts';

const formId = 'form-0000000000000001';

async function joined(store: Hpkv, typed: string) {
	const form = `form-${typed.toLowerCase().padStart(16, '0')}`;
	const made = await joinOpenly(store, { typed, formId: form, placeName: 'Parley' }, NOW);
	if (!made.ok) throw new Error(made.because);
	return made.person.id;
}

describe('signing in', () => {
	test('takes the name in any spelling, and the generation that was read before the password', async () => {
		const store = memoryStore();
		const ada = await joined(store, 'Ada Lovelace');
		await setPassword(store, ada, 'correct horse', NOW);
		await changeStanding(store, ada, 'generation', 'one');
		const changing = {
			...store,
			get: async (key: string) => {
				const value = await store.get(key);
				if (key.includes('password')) await changeStanding(store, ada, 'generation', 'two');
				return value;
			}
		};
		const signedIn = await signInByPassword(changing, { name: ' ada  lovelace', password: 'correct horse' });
		expect(signedIn).toMatchObject({ ok: true, person: { id: ada }, generation: 'one' });
	});

	test('tells an unknown name, a person without a password and a wrong password alike', async () => {
		const store = memoryStore();
		await setPassword(store, await joined(store, 'Ada'), 'correct horse', NOW);
		await joined(store, 'Grace');
		for (const name of ['Ada', 'Grace', 'Nobody', '', '\u0000', 'x'.repeat(1_000)]) {
			const wrong = { ok: false, because: 'wrong' };
			expect(await signInByPassword(store, { name, password: 'wrong horse' }), name).toEqual(wrong);
			expect(await signInByCode(store, { name, code: 'aaaa-bbbb-cccc-dddd', formId }, NOW), name).toEqual(wrong);
		}
	});

	test('costs as many operations for an unknown name as for a wrong password', async () => {
		const inner = memoryStore();
		await setPassword(inner, await joined(inner, 'Ada'), 'correct horse', NOW);
		const costs = [];
		for (const name of ['Ada', 'Nobody']) {
			const { store, counts } = countingStore(inner);
			await signInByPassword(store, { name, password: 'wrong horse' });
			await signInByCode(store, { name, code: 'aaaa-bbbb-cccc-dddd', formId }, NOW);
			costs.push(counts);
		}
		expect(costs[0]).toEqual(costs[1]);
	});

	test('tells a blocked person so with the right secret only', async () => {
		const store = memoryStore();
		const ada = await joined(store, 'Ada');
		await setPassword(store, ada, 'correct horse', NOW);
		const [code = ''] = await makeRecoveryCodes(store, ada, formId, NOW);
		await changeStanding(store, ada, 'blocked', true);
		const blocked = { ok: false, because: 'blocked' };
		expect(await signInByPassword(store, { name: 'Ada', password: 'correct horse' })).toEqual(blocked);
		expect(await signInByCode(store, { name: 'Ada', code, formId }, NOW)).toEqual(blocked);
		expect(await signInByPassword(store, { name: 'Ada', password: 'wrong horse' })).toMatchObject({ because: 'wrong' });
	});
});

/** A median of so many is steady on a quiet machine. */
const SAMPLES = 21;
/** On a busy one, a series may be disturbed: a name that takes another time would differ in every series. */
const SERIES = 6;

test('takes as long for an unknown name as for a wrong password', async () => {
	const store = memoryStore();
	await setPassword(store, await joined(store, 'Ada'), 'correct horse', NOW);
	const differences: number[] = [];
	for (let series = 0; series < SERIES && !differences.some((difference) => difference < 0.1); series++) {
		const times: Record<string, number[]> = { Ada: [], Nobody: [] };
		for (let i = 0; i < SAMPLES; i++) {
			// In turn, so that what disturbs one disturbs the other.
			for (const name of i % 2 ? ['Ada', 'Nobody'] : ['Nobody', 'Ada']) {
				const begun = performance.now();
				await signInByPassword(store, { name, password: 'wrong horse' });
				times[name]?.push(performance.now() - begun);
			}
		}
		const [known = 0, unknown = 0] = Object.values(times).map((all) => all.sort((a, b) => a - b)[SAMPLES >> 1]);
		expect(known).toBeGreaterThan(5);
		differences.push(Math.abs(known - unknown) / known);
	}
	expect(Math.min(...differences), String(differences)).toBeLessThan(0.1);
});
