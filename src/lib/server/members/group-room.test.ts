import { expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { visitorOf as visitor } from '../../../../tests/fixtures/visitors.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roomFor } from '../rooms/access.ts';
import { membersIn } from '../rooms/memberships.ts';
import { removeMember } from '../rooms/removal.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { roomOfGroup } from './group-room.ts';
import { createPrivateRoom, letIn } from './private-rooms.ts';

const [ADA, BO, CY] = ['a', 'b', 'c'].map((letter) => letter.repeat(26)) as [string, string, string];
const FORM = { typed: 'Secret', person: ADA, formId: 'form-0000000000000001' };
const GROUP = { id: `1${'g'.repeat(25)}`, people: [ADA, BO, CY] };

async function setUp() {
	const store = memoryStore();
	for (const id of [ADA, BO, CY]) {
		await store.set(keys.person(id), JSON.stringify({ id, name: `Name ${id[0]}`, createdAt: NOW }));
		await store.set(keys.standing(id), JSON.stringify({ role: 'member' }));
	}
	const make = (group = GROUP) => roomOfGroup(store, eventsOn(store), visitor(ADA), { ...FORM, group }, NOW);
	return { store, make };
}

const members = async (store: Hpkv, room: string) =>
	(await membersIn(store, room, await readRoomState(store, room))).map(({ person }) => person).sort();

test('the people of the group are let in, once', async () => {
	const { store, make } = await setUp();
	const made = await make();
	if (!made.ok) throw new Error(made.error);
	const { id } = made.entry.room;
	expect(await members(store, id)).toEqual([ADA, BO, CY]);
	await removeMember(store, { room: id, person: BO }, NOW);
	expect(await make()).toMatchObject({ ok: true, entry: { room: { id } } });
	expect(await members(store, id)).toEqual([ADA, CY]);
	// Also long after the removal, when others come and go.
	await letIn(store, eventsOn(store), { room: id, person: BO, by: ADA, history: 'from now on' }, NOW + 1e9);
	await removeMember(store, { room: id, person: BO }, NOW + 1e9);
	await make();
	expect(await members(store, id)).toEqual([ADA, CY]);
});

test('a creator who was removed is refused, and lets nobody in', async () => {
	const { store, make } = await setUp();
	const made = await make();
	if (!made.ok) throw new Error(made.error);
	const { id } = made.entry.room;
	for (const person of [ADA, CY]) await removeMember(store, { room: id, person }, NOW);
	expect(await make()).toMatchObject({ ok: false, status: 404 });
	expect(await members(store, id)).toEqual([BO]);
	// Who is back with a part of the history gives no more than that.
	await store.increment(keys.messageCount(id), 3);
	await letIn(store, eventsOn(store), { room: id, person: ADA, by: BO, history: 'from now on' }, NOW);
	expect(await make()).toMatchObject({ ok: false, status: 403 });
	expect(await members(store, id)).toEqual([ADA, BO]);
});

test('the form of another private room, or of another group, reaches no room that is there already', async () => {
	const { store, make } = await setUp();
	const plain = await createPrivateRoom(store, FORM, NOW);
	if (!plain.ok) throw new Error(plain.because);
	await removeMember(store, { room: plain.room.id, person: ADA }, NOW);
	const [first, second] = [await make(), await make({ ...GROUP, id: `1${'h'.repeat(25)}` })];
	if (!first.ok || !second.ok) throw new Error('refused');
	expect(new Set([plain.room.id, first.entry.room.id, second.entry.room.id]).size).toBe(3);
	expect(await members(store, plain.room.id)).toEqual([]);
	expect((await roomFor(store, visitor(BO), plain.room.slug, 'read')).ok).toBe(false);
});
