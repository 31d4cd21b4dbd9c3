import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { digest } from '../storage/ids.ts';
import { authorize, endSession, isUseOld, loadSession, noteUse, openSession } from './sessions.ts';
import { changeStanding } from './standing.ts';

const NOW = Date.UTC(2026, 10, 28, 9, 20);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ADA = { id: 'ada', name: 'Ada', createdAt: NOW };
const DEVICE = { browser: 'Firefox on Linux', address: '127.0.0.1' };

const open = (store: Hpkv, generation?: string) => openSession(store, ADA, { generation, device: DEVICE }, NOW);

async function signedIn(store: Hpkv, token: string, now = NOW) {
	const session = await loadSession(store, token, { now, lifetime: 90 * DAY });
	return session && authorize(store, session);
}

test('a session carries the name and the role, ends for ever, and the store never holds its token', async () => {
	const store = memoryStore();
	const token = await open(store);
	expect(await signedIn(store, token)).toMatchObject({ person: 'ada', name: 'Ada', role: 'member' });
	expect(JSON.stringify((await store.range('\u0001', '~', 1_000)).records)).not.toContain(token);
	await endSession(store, 'ada', digest(token));
	expect(await signedIn(store, token)).toBeUndefined();
});

test('a new generation ends all sessions, also one whose sign-in began before', async () => {
	const store = memoryStore();
	const before = await open(store);
	await changeStanding(store, 'ada', 'generation', 'second');
	const begunBefore = await open(store, undefined);
	const after = await open(store, 'second');
	expect(await Promise.all([before, begunBefore, after].map((token) => signedIn(store, token)))).toMatchObject([
		undefined,
		undefined,
		{ person: 'ada' }
	]);
});

test.each(['blocked', 'deactivated'] as const)('a %s person is not signed in', async (field) => {
	const store = memoryStore();
	const token = await open(store);
	await changeStanding(store, 'ada', field, true);
	expect(await signedIn(store, token)).toBeUndefined();
	await changeStanding(store, 'ada', field, false);
	expect(await signedIn(store, token)).toMatchObject({ person: 'ada' });
});

test('a damaged standing signs nobody in', async () => {
	const store = memoryStore();
	const token = await open(store);
	for (const damaged of ['{"role":"emperor"}', '[]', 'x']) {
		await store.set(keys.standing('ada'), damaged);
		expect(await signedIn(store, token), damaged).toBeUndefined();
	}
});

test('a session ends 90 days after its last use, which is stored once an hour', async () => {
	const store = memoryStore();
	const token = await open(store);
	const session = await loadSession(store, token, { now: NOW, lifetime: 90 * DAY });
	expect(isUseOld(session!, NOW + HOUR / 2)).toBe(false);
	expect(isUseOld(session!, NOW + HOUR)).toBe(true);
	await noteUse(store, session!, token, DEVICE, NOW + 80 * DAY);
	expect(await signedIn(store, token, NOW + 169 * DAY)).toMatchObject({ person: 'ada' });
	expect(await signedIn(store, token, NOW + 171 * DAY)).toBeUndefined();
});

test('a session that was ended stays ended, whatever the request that was using it stores afterwards', async () => {
	const store = memoryStore();
	const token = await open(store);
	const session = await loadSession(store, token, { now: NOW, lifetime: 90 * DAY });
	await endSession(store, 'ada', digest(token));
	await noteUse(store, session!, token, DEVICE, NOW + 2 * HOUR);
	expect(await signedIn(store, token, NOW + 2 * HOUR)).toBeUndefined();
});

test('a session of an earlier version signs in until its person ends all sessions', async () => {
	const store = memoryStore();
	await store.set(keys.session(digest('token')), JSON.stringify({ person: 'ada', name: 'Ada', createdAt: NOW }));
	expect(await signedIn(store, 'token')).toMatchObject({ person: 'ada', role: 'member' });
	await store.patch(keys.standing('ada'), JSON.stringify({ operator: true, blocked: false }));
	expect(await signedIn(store, 'token')).toMatchObject({ role: 'operator' });
	await changeStanding(store, 'ada', 'generation', 'first');
	expect(await signedIn(store, 'token')).toBeUndefined();
});
