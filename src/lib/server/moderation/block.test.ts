import { beforeEach, describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Role } from '../../chat/people/role.ts';
import { keys } from '../../chat/storage/keys.ts';
import { personHolder } from '../people/holders.ts';
import { addOwner, readOwners } from '../people/owners.ts';
import { authorize, loadSession, openSession } from '../people/sessions.ts';
import { changeStanding, readPerson, readStanding } from '../people/standing.ts';
import { block, deactivate, reactivate, unblock } from './block.ts';
import { isGrave, setRole } from './roles.ts';
import type { Acted } from './target.ts';

const NOW = Date.UTC(2026, 10, 28);

let store: Hpkv;
beforeEach(async () => {
	store = memoryStore();
	for (const [id, role] of [
		...[
			['root', 'owner'] as const,
			['heir', 'owner'] as const,
			['op', 'operator'] as const,
			['op2', 'operator'] as const
		],
		...[['eve', 'member'] as const, ['bob', 'member'] as const, ['gus', 'guest'] as const]
	]) {
		await store.patch(keys.standing(id), JSON.stringify({ role, generation: `${id}1` }));
		await store.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 0 }));
	}
	await addOwner(store, 'root', 'root');
	await addOwner(store, 'heir', 'root');
});

const as = async (id: string) => ({ id, role: (await readPerson(store, id))!.role });
const outcome = (acted: Acted) => (acted.ok ? 'done' : acted.because);

const signIn = async (id: string) => {
	const { generation } = await readStanding(store, id);
	const device = { browser: 'Firefox', address: '192.0.2.1' };
	return openSession(store, { id, name: id, createdAt: 0 }, { generation, device }, NOW);
};
const isSignedIn = async (token: string) => {
	const session = await loadSession(store, token, { now: NOW, lifetime: 1_000 });
	return session !== undefined && (await authorize(store, session)) !== undefined;
};

const acts = { block, deactivate };
const blocked: Record<string, string> = {
	'op eve': 'done',
	'op gus': 'done',
	'op op2': 'operator',
	'op op': 'yourself',
	'op root': 'owner',
	'root eve': 'done',
	'root op': 'done',
	'root heir': 'owner',
	'root root': 'yourself',
	'eve bob': 'not-allowed',
	'eve eve': 'yourself',
	'gus eve': 'not-allowed',
	'op nobody': 'gone'
};

describe.each(Object.keys(acts) as (keyof typeof acts)[])('%s', (act) => {
	test.each(Object.entries(blocked))('%s: %s', async (who, expected) => {
		const [by = '', target = ''] = who.split(' ');
		expect(outcome(await acts[act](store, await as(by), target))).toBe(expected);
		const { blocked, deactivated } = await readStanding(store, target);
		expect(blocked === true || deactivated === true).toBe(expected === 'done');
	});

	test('ends all sessions in one operation, drops the person, and keeps name and role', async () => {
		const token = await signIn('eve');
		const patches: string[] = [];
		store.onWritten((key, value) => {
			if (key === keys.standing('eve')) patches.push(value);
		});
		const before = await store.generationOf(personHolder('eve'));
		await acts[act](store, await as('op'), 'eve');
		expect(patches).toHaveLength(1);
		expect(JSON.parse(patches[0]!)).toMatchObject({ generation: expect.any(String) as string });
		expect(await isSignedIn(token)).toBe(false);
		expect(await store.generationOf(personHolder('eve'))).toBe(before + 1);
		expect(await readPerson(store, 'eve')).toMatchObject({ name: 'eve', role: 'member' });
	});
});

test('whoever is unblocked or reactivated has their role, and must sign in again', async () => {
	await changeStanding(store, 'bob', 'role', 'operator');
	const token = await signIn('bob');
	const root = await as('root');
	await block(store, root, 'bob');
	await deactivate(store, root, 'bob');
	expect(outcome(await unblock(store, await as('op'), 'bob'))).toBe('operator');
	expect(outcome(await unblock(store, root, 'bob'))).toBe('done');
	expect(await readStanding(store, 'bob')).toMatchObject({ role: 'operator', blocked: false, deactivated: true });
	expect(outcome(await reactivate(store, root, 'bob'))).toBe('done');
	expect(await isSignedIn(token)).toBe(false);
	expect(await isSignedIn(await signIn('bob'))).toBe(true);
});

const roles: [by: string, target: string, role: Role, expected: string][] = [
	['op', 'eve', 'guest', 'done'],
	['op', 'gus', 'member', 'done'],
	['op', 'eve', 'operator', 'done'],
	['op', 'eve', 'owner', 'operator'],
	['op', 'op2', 'member', 'operator'],
	['op', 'op', 'member', 'yourself'],
	['op', 'root', 'member', 'owner'],
	['root', 'op', 'member', 'done'],
	['root', 'op', 'owner', 'done'],
	['root', 'heir', 'operator', 'done'],
	['root', 'heir', 'guest', 'done'],
	['root', 'root', 'member', 'done'],
	['eve', 'bob', 'operator', 'not-allowed'],
	['eve', 'eve', 'operator', 'yourself'],
	['op', 'nobody', 'guest', 'gone']
];

test.each(roles)('%s makes %s %s: %s', async (by, target, role, expected) => {
	const before = (await readPerson(store, target))?.role;
	expect(outcome(await setRole(store, await as(by), target, role))).toBe(expected);
	expect((await readPerson(store, target))?.role).toBe(expected === 'done' ? role : before);
	expect((await readOwners(store)).has(target)).toBe((expected === 'done' ? role : before) === 'owner');
});

test('the last owner stays one, told why, and cannot be shut out', async () => {
	const root = await as('root');
	expect(outcome(await setRole(store, root, 'heir', 'operator'))).toBe('done');
	expect(outcome(await setRole(store, root, 'root', 'operator'))).toBe('last-owner');
	expect(outcome(await block(store, root, 'root'))).toBe('yourself');
	expect(outcome(await deactivate(store, await as('heir'), 'root'))).toBe('owner');
	expect([...(await readOwners(store))]).toEqual(['root']);
});

test('an owner by the log is one, whatever the standing says', async () => {
	await changeStanding(store, 'heir', 'role', 'member');
	expect(outcome(await block(store, { id: 'op', role: 'operator' }, 'heir'))).toBe('owner');
	// A demoted owner whose standing a crash has left behind.
	await changeStanding(store, 'eve', 'role', 'owner');
	expect(outcome(await block(store, { id: 'eve', role: 'owner' }, 'op'))).toBe('operator');
	expect(outcome(await block(store, { id: 'root', role: 'owner' }, 'eve'))).toBe('done');
});

test('a blocked person becomes neither operator nor owner, and no act changes both block and role', async () => {
	const root = await as('root');
	await block(store, root, 'eve');
	expect(outcome(await setRole(store, root, 'eve', 'operator'))).toBe('blocked');
	expect(outcome(await setRole(store, root, 'eve', 'owner'))).toBe('blocked');
	expect(outcome(await setRole(store, root, 'eve', 'guest'))).toBe('done');
	expect(await readStanding(store, 'eve')).toMatchObject({ role: 'guest', blocked: true });
	await setRole(store, root, 'op', 'operator');
	await unblock(store, root, 'op');
	expect((await readPerson(store, 'op'))?.role).toBe('operator');
});

test('whatever gives or takes power is asked about again', () => {
	expect(isGrave('member', 'guest')).toBe(false);
	expect(isGrave('member', 'operator')).toBe(true);
	expect(isGrave('owner', 'guest')).toBe(true);
	expect(isGrave('operator', 'operator')).toBe(false);
});
