import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { firstCredentials, refusalOfFirstPassword } from './first-credentials.ts';
import { verifyPassword } from './passwords.ts';
import { codesLeft, makeRecoveryCodes, openRecoveryCode } from './recovery-codes.ts';

const formId = 'form-0000000000000001';

test('a person with a password gets no codes', async () => {
	const store = memoryStore();
	const made = await firstCredentials(store, { person: 'ada', password: 'correct horse', formId }, NOW);
	expect(made).toEqual({ ok: true, codes: undefined });
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(true);
	expect(await codesLeft(store, 'ada')).toBeUndefined();
});

test('a person without a password gets codes, and the repeated form shows the same', async () => {
	const store = memoryStore();
	const ask = () => firstCredentials(store, { person: 'ada', password: '', formId }, NOW);
	const made = await ask();
	if (!made.ok || !made.codes) throw new Error('no codes');
	expect(made.codes).toHaveLength(10);
	expect(await ask()).toEqual(made);
	expect(await openRecoveryCode(store, 'ada', made.codes[0] ?? '', { formId: 'form-a', now: NOW })).toBe(true);
});

test('a form that is repeated later changes nothing', async () => {
	const store = memoryStore();
	const [code = ''] = await makeRecoveryCodes(store, 'ada', 'form-0000000000000002', NOW);
	expect(await firstCredentials(store, { person: 'ada', password: '', formId }, NOW)).toEqual({
		ok: true,
		codes: undefined
	});
	expect(await openRecoveryCode(store, 'ada', code, { formId: 'form-a', now: NOW })).toBe(true);
	await firstCredentials(store, { person: 'grace', password: 'correct horse', formId }, NOW);
	await firstCredentials(store, { person: 'grace', password: 'battery staple', formId }, NOW);
	expect(await verifyPassword(store, 'grace', 'correct horse')).toBe(true);
	expect(await firstCredentials(store, { person: 'grace', password: '', formId }, NOW)).toEqual({
		ok: true,
		codes: undefined
	});
});

test('a password that is too short is refused before and after the name is claimed', async () => {
	const store = memoryStore();
	expect(refusalOfFirstPassword('')).toBeUndefined();
	expect(refusalOfFirstPassword('short')).toBe('too-short');
	expect(await firstCredentials(store, { person: 'ada', password: 'short', formId }, NOW)).toEqual({
		ok: false,
		because: 'too-short'
	});
});
