import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { hasCredential } from './any-credential.ts';
import { makeRecoveryCodes } from './recovery-codes.ts';

const session = { person: 'ada', generation: 'g1' };

test('a person has a credential once there are recovery codes', async () => {
	const store = memoryStore();
	expect(await hasCredential(store, session, NOW)).toBe(false);
	await makeRecoveryCodes(store, 'grace', 'form-0000000000000001', NOW);
	expect(await hasCredential(store, session, NOW)).toBe(false);
	await makeRecoveryCodes(store, 'ada', 'form-0000000000000002', NOW);
	expect(await hasCredential(store, session, NOW)).toBe(true);
});
