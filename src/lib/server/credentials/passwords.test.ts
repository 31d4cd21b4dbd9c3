import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { hasPassword, refusalOfPassword, setPassword, verifyPassword } from './passwords.ts';

test('a password is verified for its person alone, and replaced by the next', async () => {
	const store = memoryStore();
	expect(await setPassword(store, 'ada', 'correct horse', NOW)).toBeUndefined();
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(true);
	for (const person of ['grace', undefined]) expect(await verifyPassword(store, person, 'correct horse')).toBe(false);
	expect([await hasPassword(store, 'ada'), await hasPassword(store, 'grace')]).toEqual([true, false]);
	await setPassword(store, 'ada', 'battery staple', NOW);
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(false);
	expect(await verifyPassword(store, 'ada', 'battery staple')).toBe(true);
	expect(JSON.stringify((await store.range('\u0001', '~', 100)).records)).not.toContain('battery');
});

test('a password has 8 to 256 characters, however they are written', async () => {
	expect(refusalOfPassword('1234567')).toBe('too-short');
	expect(refusalOfPassword('🐎🐎🐎🐎🐎🐎🐎')).toBe('too-short');
	expect(refusalOfPassword('12345678')).toBeUndefined();
	expect(refusalOfPassword('🐎'.repeat(256))).toBeUndefined();
	expect(refusalOfPassword('x'.repeat(257))).toBe('too-long');
	const store = memoryStore();
	expect(await setPassword(store, 'ada', 'short', NOW)).toBe('too-short');
	expect(await hasPassword(store, 'ada')).toBe(false);
	await setPassword(store, 'ada', 'Zo\u0308e the cat', NOW);
	expect(await verifyPassword(store, 'ada', 'Zöe the cat')).toBe(true);
	expect(await verifyPassword(store, 'ada', 'x'.repeat(1_000))).toBe(false);
});

/** A record as an earlier Node, without argon2, would have written it. */
function weakRecord(password: string, id: string) {
	const salt = Buffer.alloc(16, 7);
	const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
	const hash = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
	return JSON.stringify({ id, hash: `$scrypt$ln=10,r=8,p=1$${text(salt)}$${text(hash)}`, changedAt: NOW });
}
const KEY = keys.credential('ada', 'password', 'current');

test('a weak hash is raised at sign-in', async () => {
	const store = memoryStore();
	await store.set(KEY, weakRecord('correct horse', 'first'));
	expect(await verifyPassword(store, 'ada', 'wrong horse')).toBe(false);
	expect(await store.get(KEY)).not.toContain('raised');
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(true);
	expect((JSON.parse((await store.get(KEY)) ?? '') as { raised: object }).raised).toHaveProperty('first');
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(true);
	expect(await verifyPassword(store, 'ada', 'wrong horse')).toBe(false);
});

test('a hash that is raised while the password is changed does not bring the earlier password back', async () => {
	const store = memoryStore();
	await store.set(KEY, weakRecord('correct horse', 'first'));
	const changing = {
		...store,
		patch: async (key: string, value: string) => {
			await setPassword(store, 'ada', 'battery staple', NOW);
			await store.patch(key, value);
		}
	};
	expect(await verifyPassword(changing, 'ada', 'correct horse')).toBe(true);
	expect(await verifyPassword(store, 'ada', 'correct horse')).toBe(false);
	expect(await verifyPassword(store, 'ada', 'battery staple')).toBe(true);
});

test('an unknown person, one without a password and a wrong password cost the same operations', async () => {
	const inner = memoryStore();
	await setPassword(inner, 'ada', 'correct horse', NOW);
	for (const person of ['ada', 'grace', undefined]) {
		const { store, counts } = countingStore(inner);
		expect(await verifyPassword(store, person, 'wrong horse')).toBe(false);
		expect(counts, person).toEqual({ operations: 1, roundTrips: 1 });
	}
});

/** The time of `normalize` grows with the square of unsorted combining marks: this one would take half a minute. */
test('a text that is far too long for a password is refused without looking at it', async () => {
	const marks = `a${'\u0301\u0327'.repeat(120_000)}`;
	const begun = performance.now();
	expect(refusalOfPassword(marks)).toBe('too-long');
	expect(await verifyPassword(memoryStore(), undefined, marks)).toBe(false);
	expect(performance.now() - begun).toBeLessThan(5_000);
});
