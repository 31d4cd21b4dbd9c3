import { beforeEach, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { INVITATIONS_ON_PAGE, MAX_INVITED_NAMES, MAX_OPEN_INVITATIONS } from '../../chat/limits.ts';
import { CLOSED } from '../../chat/place/place.ts';
import { keys } from '../../chat/storage/keys.ts';
import { join } from '../people/people.ts';
import { changeStanding } from '../people/standing.ts';
import { randomId } from '../storage/ids.ts';
import { takeUse } from './invitation-uses.ts';
import { invitedPeople } from './invited-people.ts';
import { listInvitations, makeInvitation, readInvitation, revokeInvitation } from './invitations.ts';

const NOW = 1_700_000_000_000;

let store: Hpkv;

const person = (id: string, name: string, role: 'owner' | 'member' = 'member') =>
	join(store, { id, typed: name, role, placeName: 'Here' }, NOW);

beforeEach(async () => {
	store = memoryStore();
	await person('ada', 'Ada', 'owner');
	await person('bo', 'Bo');
});

const make = (
	by: string,
	at: number,
	{ uses = 25, until = undefined as number | undefined, formId = randomId() } = {}
) => makeInvitation(store, { by, role: 'member', rooms: [], until, uses, formId }, at);
const list = (by: string | undefined, from: number) => listInvitations(store, { by, from, place: CLOSED }, NOW);

test('a form posted again makes one invitation, also at the same time', async () => {
	const formId = randomId();
	const ids = await Promise.all([make('bo', NOW, { formId }), make('bo', NOW + 1, { formId })]);
	ids.push(await make('bo', NOW + 2, { formId }));
	expect(new Set(ids).size).toBe(1);
	expect((await list('bo', NOW + 9)).invitations).toHaveLength(1);
	expect(await make('ada', NOW, { formId })).not.toBe(ids[0]);
});

test('people see their own invitations, and operators all, newest first and by pages', async () => {
	const mine = [];
	for (let n = 0; n < INVITATIONS_ON_PAGE + 3; n++) mine.unshift(await make('bo', NOW + n));
	await make('ada', NOW + 100);
	const first = await list('bo', NOW + 1_000);
	expect(first.invitations.map(({ id }) => id)).toEqual(mine.slice(0, INVITATIONS_ON_PAGE));
	expect(first.invitations[0]).toMatchObject({ state: 'open', usesLeft: 25, maker: { name: 'Bo' } });
	const second = await list('bo', first.next ?? 0);
	expect(second.invitations.map(({ id }) => id)).toEqual(mine.slice(INVITATIONS_ON_PAGE));
	expect(second.next).toBeUndefined();
	expect((await list(undefined, NOW + 1_000)).invitations.map(({ by }) => by).slice(0, 2)).toEqual(['ada', 'bo']);
});

test('an invitation is open until it expires, is used up, revoked, or its maker may not invite', async () => {
	const stateOf = async (id?: string) =>
		(await list(undefined, NOW)).invitations.find((invitation) => invitation.id === id)?.state;
	expect(await stateOf(await make('bo', NOW, { until: NOW + 1 }))).toBe('open');
	expect(await stateOf(await make('bo', NOW, { until: NOW - 1 }))).toBe('expired');
	const once = (await make('bo', NOW, { uses: 1 })) ?? '';
	expect(await takeUse(store, { invitation: once, most: 1, person: 'cy' })).toEqual({ isWon: true, isFirst: true });
	expect(await takeUse(store, { invitation: once, most: 1, person: 'cy' })).toEqual({ isWon: true, isFirst: false });
	expect(await stateOf(once)).toBe('used up');
	const revoked = (await make('bo', NOW)) ?? '';
	await revokeInvitation(store, revoked, { id: 'bo', role: 'member' });
	expect(await stateOf(revoked)).toBe('revoked');
	const open = await make('bo', NOW);
	await changeStanding(store, 'bo', 'blocked', true);
	expect(await stateOf(open)).toBe('lapsed');
});

test('the maker and operators may revoke, and nobody else', async () => {
	const id = (await make('bo', NOW)) ?? '';
	expect(await revokeInvitation(store, id, { id: 'cy', role: 'member' })).toBe(false);
	expect(await revokeInvitation(store, id, { id: 'bo', role: 'guest' })).toBe(false);
	expect(await revokeInvitation(store, id, undefined)).toBe(false);
	expect(await revokeInvitation(store, randomId(), { id: 'ada', role: 'owner' })).toBe(false);
	expect((await list('bo', NOW)).invitations[0]?.state).toBe('open');
	for (let n = 0; n < 3; n++) expect(await revokeInvitation(store, id, { id: 'ada', role: 'operator' })).toBe(true);
	expect(await store.get(keys.invitationUses(id))).toBe(';!');
});

test('a person has a bounded number of open invitations; those that are not make room and stay shut', async () => {
	const made: string[] = [];
	for (let n = 0; n < MAX_OPEN_INVITATIONS; n++) made.push((await make('bo', NOW + n)) ?? '');
	expect(await make('bo', NOW + 100)).toBeUndefined();
	expect(await make('ada', NOW + 100)).toBeDefined();
	const [first = ''] = made;
	await revokeInvitation(store, first, { id: 'bo', role: 'member' });
	expect(await make('bo', NOW + 101)).toBeDefined();
	expect(await readInvitation(store, first)).toBeUndefined();
	// A use that was on its way when the invitation was forgotten.
	expect((await takeUse(store, { invitation: first, most: 25, person: 'cy' })).isWon).toBe(false);
	const { records } = await store.range('inviteby:bo:', 'inviteby:bo:~', 1_000);
	expect(records).toHaveLength(MAX_OPEN_INVITATIONS);
});

test('the people who used an invitation have their present names; the rest are counted', async () => {
	const ids = Array.from({ length: MAX_INVITED_NAMES + 5 }, () => randomId());
	for (const [n, id] of ids.entries()) if (n !== 1) await person(id, `Guest ${String.fromCharCode(97 + n)}`);
	await changeStanding(store, ids[0]!, 'name', 'Renamed');
	const { names, unfinished, more } = await invitedPeople(
		store,
		ids.map((id) => id.slice(0, 16))
	);
	expect(names.slice(0, 2)).toEqual(['Renamed', 'Guest c']);
	expect({ unfinished, more }).toEqual({ unfinished: 1, more: 5 });
});
