import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { codesLeft, codesOf, makeRecoveryCodes, openRecoveryCode } from './recovery-codes.ts';

const SEED = 'form-0000000000000001';

test('ten codes are made, and the store holds none of them', async () => {
	const store = memoryStore();
	const codes = await makeRecoveryCodes(store, 'ada', SEED, NOW);
	expect(new Set(codes).size).toBe(10);
	for (const code of codes) expect(code).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
	const records = JSON.stringify((await store.range('\u0001', '~', 100)).records);
	for (const code of codes) {
		expect(records).not.toContain(code);
		expect(records).not.toContain(code.replaceAll('-', ''));
	}
	expect(records).not.toContain(SEED);
});

test('a code works once, for its person, however it is typed; the same form again is the same use', async () => {
	const store = memoryStore();
	const [first = '', second = '', third = ''] = await makeRecoveryCodes(store, 'ada', SEED, NOW);
	await makeRecoveryCodes(store, 'grace', SEED, NOW);
	expect(await openRecoveryCode(store, 'grace', first, { formId: 'form-a', now: NOW })).toBe(false);
	expect(await openRecoveryCode(store, undefined, first, { formId: 'form-a', now: NOW })).toBe(false);
	expect(await codesLeft(store, 'ada')).toBe(10);
	expect(await openRecoveryCode(store, 'ada', first, { formId: 'form-a', now: NOW })).toBe(true);
	expect(await openRecoveryCode(store, 'ada', first, { formId: 'form-a', now: NOW })).toBe(true);
	expect(await openRecoveryCode(store, 'ada', first, { formId: 'form-b', now: NOW })).toBe(false);
	// Ten minutes later, the same form is another use.
	expect(await openRecoveryCode(store, 'ada', first, { formId: 'form-a', now: NOW + 11 * 60_000 })).toBe(false);
	const typed = ` ${second.toUpperCase().replaceAll('-', ' ')} `;
	expect(await openRecoveryCode(store, 'ada', typed, { formId: 'form-c', now: NOW })).toBe(true);
	expect(
		await openRecoveryCode(store, 'ada', third.replaceAll('-', '‑').replaceAll('o', '0'), {
			formId: 'form-d',
			now: NOW
		})
	).toBe(true);
	expect(await codesLeft(store, 'ada')).toBe(7);
	expect(await codesLeft(store, 'nobody-else')).toBeUndefined();
});

test('of two browsers at once, one uses a code', async () => {
	const store = memoryStore();
	const [code = ''] = await makeRecoveryCodes(store, 'ada', SEED, NOW);
	const uses = await Promise.all(
		Array.from({ length: 8 }, (_, i) => openRecoveryCode(store, 'ada', code, { formId: `form-${i}`, now: NOW }))
	);
	expect(uses.filter(Boolean)).toHaveLength(1);
});

test('new codes replace the earlier ones, also while one of those is used', async () => {
	const store = memoryStore();
	const [code = '', other = ''] = await makeRecoveryCodes(store, 'ada', SEED, NOW);
	const replacing = {
		...store,
		patch: async (key: string, value: string) => {
			await makeRecoveryCodes(store, 'ada', 'form-0000000000000002', NOW);
			await store.patch(key, value);
		}
	};
	expect(await openRecoveryCode(replacing, 'ada', code, { formId: 'form-a', now: NOW })).toBe(false);
	expect(await openRecoveryCode(store, 'ada', other, { formId: 'form-b', now: NOW })).toBe(false);
	expect(await codesLeft(store, 'ada')).toBe(10);
});

test('the same form makes the same codes, until others replace them', async () => {
	const store = memoryStore();
	expect(await codesOf(store, 'ada', SEED)).toBe('none');
	const codes = await makeRecoveryCodes(store, 'ada', SEED, NOW);
	expect(await makeRecoveryCodes(store, 'ada', SEED, NOW)).toEqual(codes);
	expect(await codesOf(store, 'ada', SEED)).toEqual(codes);
	await makeRecoveryCodes(store, 'ada', 'form-0000000000000002', NOW);
	expect(await codesOf(store, 'ada', SEED)).toBe('others');
});
