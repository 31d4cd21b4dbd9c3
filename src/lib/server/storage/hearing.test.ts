/** Two nodes on one hosted store: what one remembers, and what it hears of the other's writes. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { serve, type Served } from '../../../../tests/contract/served.ts';
import { hostedStore } from '../../../hpkv/clients/rest.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { STORE_MEMORY_SECONDS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { dropPerson, dropSession } from '../people/holders.ts';
import { authorize, endSession, loadSession, openSession } from '../people/sessions.ts';
import { changeStanding, endSessions } from '../people/standing.ts';
import { PlaceSettings } from '../place/settings.ts';
import { membershipsOf } from '../rooms/memberships.ts';
import { digest } from './ids.ts';
import { hearWrites, type Heard } from './hearing.ts';

const NOW = Date.now();
const ADA = { id: 'ada', name: 'Ada', createdAt: NOW };
const SESSION = { generation: 'first', device: { browser: 'Firefox on Linux', address: '127.0.0.1' } };
/** A block or a sign-out holds on other nodes by then. */
const SOON = { timeout: 1_000, interval: 20 };

let served: Served;
beforeAll(async () => {
	served = await serve({ prefix: '/hpkv' });
});
afterAll(() => served.close());

describe.each([{ hearsPatterns: true }, { hearsPatterns: false }])(
	'nodes of an endpoint with patterns: $hearsPatterns',
	({ hearsPatterns }) => {
		let here: Heard;
		let there: Heard;
		let token: string;
		/** Keys that the other node has asked the store for. */
		let asked: string[];

		beforeEach(async () => {
			asked = [];
			const port = hostedStore(served);
			const counted: Hpkv = { ...port, get: (key) => (asked.push(key), port.get(key)) };
			const options = { socketUrl: served.socketUrl, keptMs: STORE_MEMORY_SECONDS * 1_000, hearsPatterns };
			here = hearWrites(hostedStore(served), options);
			there = hearWrites(counted, options);
			await vi.waitFor(() => expect([here, there].map(({ hearing }) => hearing.keptMs())).not.toContain(0));
			await here.store.set(keys.standing('ada'), JSON.stringify({ role: 'member', generation: 'first' }));
			token = await openSession(here.store, ADA, SESSION, NOW);
			await there.hearing.caughtUp();
		});

		afterEach(() => {
			here.close();
			there.close();
		});

		const signedIn = async ({ recent }: Heard) => {
			const session = await loadSession(recent, token, { now: NOW, lifetime: 1_000_000 });
			return session && authorize(recent, session, token);
		};

		test.each([
			{
				act: 'a block',
				end: async () => {
					await endSessions(here.store, 'ada', { blocked: true }, 'second');
					await dropPerson(here.store, 'ada');
				}
			},
			{
				act: 'a sign-out',
				end: async () => {
					await endSession(here.store, 'ada', digest(token));
					await dropSession(here.store, digest(token));
				}
			}
		])('$act holds at once where it is made, and within a second elsewhere', async ({ end }) => {
			await vi.waitFor(async () => {
				expect(await signedIn(there)).toMatchObject({ person: 'ada' });
				asked = [];
				await signedIn(there);
				expect(asked).toEqual([]);
			}, SOON);
			expect(await signedIn(here)).toMatchObject({ person: 'ada' });
			await end();
			expect(await signedIn(here)).toBeUndefined();
			await vi.waitFor(async () => expect(await signedIn(there)).toBeUndefined(), SOON);
		});

		test('a role that another node has changed is heard', async () => {
			await signedIn(there);
			await changeStanding(here.store, 'ada', 'role', 'guest');
			await vi.waitFor(async () => expect(await signedIn(there)).toMatchObject({ role: 'guest' }), SOON);
		});

		test('settings of the place are heard', async () => {
			const settings = new PlaceSettings(there.store, {}, () => performance.now(), there.hearing);
			await settings.now();
			await here.store.set(keys.settings, JSON.stringify({ name: `Tea ${hearsPatterns}` }));
			await vi.waitFor(async () => expect((await settings.now()).name).toBe(`Tea ${hearsPatterns}`), SOON);
		});

		test('without its line a node remembers nothing', async () => {
			await signedIn(there);
			there.close();
			asked = [];
			await signedIn(there);
			await signedIn(there);
			expect(asked).toHaveLength(4);
		});
	}
);

test('a membership that another node has ended is remembered no more once all is heard', async () => {
	const options = { socketUrl: served.socketUrl, keptMs: 60_000, hearsPatterns: true };
	const here = hearWrites(hostedStore(served), options);
	const there = hearWrites(hostedStore(served), options);
	await vi.waitFor(() => expect([here, there].map(({ rows }) => rows.keptMs())).not.toContain(0));
	const key = keys.memberOf('ada', '0secret');
	for (let round = 0; round < 50; round++) {
		const record = JSON.stringify({ in: { [`m${round}`]: { from: 1, by: 'ada', since: NOW } } });
		await here.store.set(key, record);
		expect(await there.rows.caughtUp()).toBe(true);
		expect((await membershipsOf(there.recent, 'ada')).get('0secret')).toBe(record);
	}
	here.close();
	there.close();
});
