import { beforeEach, describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { CLOSED, type Place } from '../../chat/place/place.ts';
import { keys } from '../../chat/storage/keys.ts';
import { codesOf } from '../credentials/recovery-codes.ts';
import { join } from '../people/people.ts';
import { changeStanding, readPerson } from '../people/standing.ts';
import { hasBeenLetIn, membershipsOf } from '../rooms/memberships.ts';
import { createRoom } from '../rooms/rooms.ts';
import { randomId } from '../storage/ids.ts';
import { makeInvitation, revokeInvitation, type NewInvitation } from './invitations.ts';
import { readUses } from './invitation-uses.ts';
import { addRoomsToGuest, joinByInvitation, openInvitation } from './join-by-invitation.ts';

const NOW = 1_700_000_000_000;
const DAY = 24 * 60 * 60_000;

let store: Hpkv;
let kitchen: string;

async function person(name: string, role: 'owner' | 'member' | 'guest' = 'member'): Promise<string> {
	const id = randomId();
	const joined = await join(store, { id, typed: name, role, placeName: 'Here' }, NOW);
	expect(joined.ok).toBe(true);
	return id;
}

let ada: string;

beforeEach(async () => {
	store = memoryStore();
	ada = await person('Ada', 'owner');
	const created = await createRoom(store, { typed: 'Kitchen', person: ada, formId: randomId() }, NOW);
	if (!created.ok) throw new Error('no room');
	kitchen = created.room.id;
});

const make = async (more: Partial<NewInvitation> = {}) =>
	(await makeInvitation(
		store,
		{ by: ada, role: 'member', rooms: [], until: NOW + DAY, uses: 25, formId: randomId(), ...more },
		NOW
	)) ?? '';

interface Use {
	formId: string;
	password: string;
	at: number;
	place: Partial<Place>;
}

const use = (
	invitation: string,
	typed: string,
	{ formId = randomId(), password = '', at = NOW, place = {} }: Partial<Use> = {}
) => joinByInvitation(store, { ...CLOSED, ...place }, { invitation, typed, password, formId }, at);

const people = async () => (await store.range(keys.people.start, keys.people.end, 1_000)).records.length;
const GONE = { ok: false, link: 'no-invitation' };

/** Names without look-alikes. */
const LETTERS = 'abdeghkprstz';
const name = (n: number) => `Guest ${LETTERS[n % 12]}${LETTERS[Math.floor(n / 12)]}`;

test('of 50 who join at once, an invitation with 25 uses lets in exactly 25, and holds no other name', async () => {
	const link = await make();
	const joins = await Promise.all(Array.from({ length: 50 }, (_, n) => use(link, name(n))));
	expect(joins.filter(({ ok }) => ok)).toHaveLength(25);
	expect(joins.filter(({ ok }) => !ok)).toEqual(Array(25).fill(GONE));
	expect(await people()).toBe(26);
	const { records } = await store.range(keys.names.start, keys.names.end, 1_000);
	expect(records).toHaveLength(26);
	expect(await use(link, 'Late')).toEqual(GONE);
});

test('a repeated form is one person, one use and one membership, and shows the same codes', async () => {
	const link = await make({ role: 'guest', rooms: [kitchen] });
	const formId = randomId();
	const both = await Promise.all([use(link, 'Bo', { formId }), use(link, 'Bo', { formId })]);
	const later = await use(link, 'Bo', { formId, at: NOW + 9 * 60_000 });
	const ids = new Set([...both, later].map((joined) => joined.ok && joined.person.id));
	expect(ids.size).toBe(1);
	expect(later).toMatchObject({ ok: true, repeated: true });
	expect((await readUses(store, link, 25)).winners).toHaveLength(1);
	const [id] = [...ids] as string[];
	expect(
		Object.keys((JSON.parse((await store.get(keys.memberOf(id!, kitchen))) ?? '') as { in: object }).in)
	).toHaveLength(1);
	expect(later.ok && later.codes).toEqual(await codesOf(store, id!, formId));
	expect(await use(link, 'Bo', { formId, at: NOW + 11 * 60_000 })).toEqual({ ok: false, name: 'taken' });
});

test('a form repeated after a removal does not bring the person back into the room', async () => {
	const link = await make({ role: 'guest', rooms: [kitchen] });
	const formId = randomId();
	const joined = await use(link, 'Bo', { formId });
	if (!joined.ok) throw new Error('refused');
	const { id } = joined.person;
	const held = JSON.parse((await store.get(keys.memberOf(id, kitchen))) ?? '') as { in: Record<string, unknown> };
	const out = Object.fromEntries(Object.keys(held.in).map((adding) => [adding, NOW + 1]));
	await store.patch(keys.memberOf(id, kitchen), JSON.stringify({ out }));
	expect((await use(link, 'Bo', { formId })).ok).toBe(true);
	expect(await hasBeenLetIn(store, id, kitchen)).toBe(false);
	expect((await addRoomsToGuest(store, CLOSED, { invitation: link, person: id }, NOW)).ok).toBe(true);
	expect(await hasBeenLetIn(store, id, kitchen)).toBe(false);
});

test('a taken or refused name spends no use, and the same form joins with another', async () => {
	const link = await make({ uses: 1 });
	const formId = randomId();
	for (const [typed, why] of [
		['Ada', 'taken'],
		['', 'empty'],
		['operator', 'reserved']
	]) {
		expect(await use(link, typed!, { formId })).toEqual({ ok: false, name: why });
	}
	expect(await use(link, 'Bo', { formId, password: 'short' })).toEqual({ ok: false, password: 'too-short' });
	expect((await readUses(store, link, 1)).winners).toEqual([]);
	expect(await use(link, 'Bo', { formId })).toMatchObject({ ok: true, repeated: false });
	expect(await use(link, 'Cy')).toEqual(GONE);
});

test('a look-alike of a held name costs the form its use, and no second one', async () => {
	const link = await make({ uses: 1 });
	await person('Paul');
	const formId = randomId();
	expect(await use(link, 'PauI', { formId })).toEqual({ ok: false, name: 'taken' });
	expect((await readUses(store, link, 1)).winners).toHaveLength(1);
	expect((await use(link, 'Bo', { formId })).ok).toBe(true);
});

test('the person has the role of the invitation, and recovery codes or the password', async () => {
	const joined = await use(await make(), 'Bo');
	expect(joined.ok && (await readPerson(store, joined.person.id))?.role).toBe('member');
	expect(joined.ok && joined.codes).toHaveLength(10);
	const guest = await use(await make({ role: 'guest', rooms: [kitchen] }), 'Cy', { password: 'a long password' });
	expect(guest).toMatchObject({ ok: true, codes: undefined });
	if (!guest.ok) return;
	expect((await readPerson(store, guest.person.id))?.role).toBe('guest');
	expect([...(await membershipsOf(store, guest.person.id)).keys()]).toEqual([kitchen]);
	expect(guest.rooms.map(({ slug }) => slug)).toEqual(['kitchen']);
});

describe('lets nobody in:', () => {
	test('an unknown, malformed or expired link', async () => {
		const link = await make();
		for (const other of ['', 'constructor', `${link}x`, link.toUpperCase(), randomId()]) {
			expect(await use(other, 'Bo')).toEqual(GONE);
		}
		expect(await use(link, 'Bo', { at: NOW + DAY + 1 })).toEqual(GONE);
		expect((await use(await make({ until: undefined }), 'Bo', { at: NOW + 4_000 * DAY })).ok).toBe(true);
	});

	test('a revoked link, for everybody whose use came after', async () => {
		const link = await make();
		expect((await use(link, 'Bo')).ok).toBe(true);
		expect(await revokeInvitation(store, link, { id: ada, role: 'owner' })).toBe(true);
		expect(await use(link, 'Cy')).toEqual(GONE);
		expect(await people()).toBe(2);
	});

	test.each(['blocked', 'deactivated'] as const)('a link whose maker is %s', async (how) => {
		const bo = await person('Bo');
		const link = await make({ by: bo });
		await changeStanding(store, bo, how, true);
		expect(await use(link, 'Cy')).toEqual(GONE);
		await changeStanding(store, bo, how, false);
		expect((await use(link, 'Cy')).ok).toBe(true);
	});

	test('a link whose maker may not invite any more', async () => {
		const bo = await person('Bo');
		const link = await make({ by: bo });
		expect(await use(link, 'Cy', { place: { invites: 'operators' } })).toEqual(GONE);
		await changeStanding(store, bo, 'role', 'guest');
		expect(await use(link, 'Cy')).toEqual(GONE);
	});

	test('any link, where nobody new may join', async () => {
		const place = { joining: 'closed' } as const;
		expect(await use(await make(), 'Bo', { place })).toEqual({ ok: false, link: 'closed' });
		expect(await use(randomId(), 'Bo', { place })).toEqual({ ok: false, link: 'closed' });
		expect((await use(await make(), 'Bo', { place: { joining: 'open' } })).ok).toBe(true);
	});

	test('a link whose log of uses is full', async () => {
		const link = await make({ uses: 100 });
		await store.set(keys.invitationUses(link), ';once'.repeat(Math.ceil(store.maxValueBytes / 5) - 1));
		expect(await use(link, 'Bo')).toEqual(GONE);
		expect(await people()).toBe(1);
	});
});

test('a person whose use came before the revocation, and who crashed, finishes with the same form', async () => {
	const link = await make();
	const formId = randomId();
	const set = store.set.bind(store);
	let crashed = false;
	store.set = (key, value) => {
		if (crashed || !key.startsWith('person:')) return set(key, value);
		crashed = true;
		return Promise.reject(new Error('crash'));
	};
	await expect(use(link, 'Bo', { formId })).rejects.toThrow('crash');
	await revokeInvitation(store, link, { id: ada, role: 'owner' });
	expect(await use(link, 'Bo', { formId, at: NOW + DAY / 2 })).toMatchObject({ ok: true, repeated: false });
	expect(await use(link, 'Cy')).toEqual(GONE);
});

test('a form that is repeated at another node, where the log of uses is full, is no first try: it makes nobody a guest again', async () => {
	const link = await make({ role: 'guest', uses: 1 });
	const formId = randomId();
	const joined = await use(link, 'Bo', { formId });
	if (!joined.ok) throw new Error('not in');
	await changeStanding(store, joined.person.id, 'role', 'operator');
	const log = (await store.get(keys.invitationUses(link))) ?? '';
	await store.set(keys.invitationUses(link), log + ';late'.repeat((store.maxValueBytes - log.length) / 5));
	// Which knows of no try.
	const node = { ...store };
	const again = { invitation: link, typed: 'Bo', password: '', formId };
	expect(await joinByInvitation(node, CLOSED, again, NOW)).toMatchObject({ ok: true, repeated: true });
	expect((await readPerson(store, joined.person.id))?.role).toBe('operator');
	expect(await joinByInvitation({ ...store }, CLOSED, again, NOW + DAY)).toEqual({ ok: false, name: 'taken' });
});

test('a visit uses nothing up', async () => {
	const link = await make({ uses: 1 });
	for (let n = 0; n < 3; n++) expect((await openInvitation(store, CLOSED, link, NOW)).ok).toBe(true);
	expect((await use(link, 'Bo')).ok).toBe(true);
});

test('a guest who is here already takes one use for the rooms, however often they ask', async () => {
	const guest = await person('Gil', 'guest');
	const link = await make({ rooms: [kitchen], uses: 2 });
	for (let n = 0; n < 3; n++) {
		expect((await addRoomsToGuest(store, CLOSED, { invitation: link, person: guest }, NOW)).ok).toBe(true);
	}
	expect(await hasBeenLetIn(store, guest, kitchen)).toBe(true);
	expect((await readUses(store, link, 2)).winners).toHaveLength(1);
	await revokeInvitation(store, link, { id: ada, role: 'owner' });
	const other = await person('Hal', 'guest');
	expect(await addRoomsToGuest(store, CLOSED, { invitation: link, person: other }, NOW)).toMatchObject({ ok: false });
	expect(await hasBeenLetIn(store, other, kitchen)).toBe(false);
});

test('rooms that are gone, or that the maker may not read, are left out', async () => {
	const guest = await person('Gil', 'guest');
	const joined = await use(await make({ rooms: [kitchen, 'gone'] }), 'Bo');
	expect(joined.ok && joined.rooms.map(({ id }) => id)).toEqual([kitchen]);
	// No guest may invite; what the rule of rooms says is asked all the same.
	const { invitedRooms } = await import('./join-by-invitation.ts');
	const maker = await readPerson(store, guest);
	const invitation = { by: guest, role: 'guest', rooms: [kitchen], uses: 1, createdAt: NOW } as const;
	expect(await invitedRooms(store, CLOSED, { invitation: { ...invitation, rooms: [kitchen] }, maker: maker! })).toEqual(
		[]
	);
});
