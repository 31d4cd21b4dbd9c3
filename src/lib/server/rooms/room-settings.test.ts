import { expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { readPage } from '../history/history.ts';
import { archiveRoom, describeRoom, renameRoom } from './room-settings.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { createRoom, findRoom, readRoomState } from './rooms.ts';

async function made(store: Hpkv, typed: string, person = 'ada'): Promise<ChatRoom> {
	const created = await createRoom(store, { typed, person, formId: 'form-0000000000000002' }, NOW);
	if (!created.ok) throw new Error(created.because);
	return created.room;
}

const now = async (store: Hpkv, room: ChatRoom) => roomDetails(room, await readRoomState(store, room.id));

test('a renamed room is found under both names, is one room, and is listed by the new name', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	expect(await renameRoom(store, eventsOn(store), room, ' Tea  Room ')).toEqual({ ok: true, slug: 'tea-room' });
	expect(await findRoom(store, 'kitchen')).toEqual(room);
	expect(await findRoom(store, 'Tea Room')).toEqual(room);
	expect(await now(store, room)).toMatchObject({ id: room.id, name: 'Tea Room', slug: 'tea-room' });
	expect(await listRooms(store)).toMatchObject([{ id: room.id, name: 'Tea Room', slug: 'tea-room' }]);
});

test('a room cannot take a name that another room has, or had', async () => {
	const store = memoryStore();
	const attic = await made(store, 'Attic');
	const room = await made(store, 'Kitchen');
	expect(await renameRoom(store, eventsOn(store), attic, 'KITCHEN')).toMatchObject({
		because: 'taken',
		room: { name: 'Kitchen' }
	});
	await renameRoom(store, eventsOn(store), room, 'Galley');
	for (const typed of ['Kitchen', 'galley']) {
		const galley = { id: room.id, name: 'Galley', slug: 'galley' };
		expect(await renameRoom(store, eventsOn(store), attic, typed)).toMatchObject({
			ok: false,
			because: 'taken',
			room: galley
		});
		const created = await createRoom(store, { typed, person: 'grace', formId: 'form-0000000000000003' }, NOW);
		expect(created).toMatchObject({ ok: false, because: 'taken', room: galley });
	}
	expect(await now(store, attic)).toMatchObject({ name: 'Attic', slug: 'attic' });
});

test('renaming a room twice is idempotent, and the earlier name can be taken back', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	for (const typed of ['Galley', 'Galley', 'Kitchen', 'Galley']) {
		expect((await renameRoom(store, eventsOn(store), room, typed)).ok).toBe(true);
		expect(await now(store, room)).toMatchObject({ name: typed });
	}
	expect(await listRooms(store)).toHaveLength(1);
});

test('concurrent renames of many rooms to one name give it to one room', async () => {
	const store = memoryStore();
	const rooms = await Promise.all(['Attic', 'Cellar', 'Kitchen', 'Garden'].map((name) => made(store, name)));
	const renamed = await Promise.all(rooms.map((room) => renameRoom(store, eventsOn(store), room, 'Lounge')));
	expect(renamed.filter(({ ok }) => ok)).toHaveLength(1);
	expect((await listRooms(store)).filter(({ name }) => name === 'Lounge')).toHaveLength(1);
});

test('a rename that crashed after its claim has changed nothing, and its retry finishes it', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	const dying: Hpkv = {
		...store,
		patch: (key, value) =>
			key === keys.roomState(room.id) ? Promise.reject(new Error('dead')) : store.patch(key, value)
	};
	await expect(renameRoom(dying, eventsOn(dying), room, 'Galley')).rejects.toThrow('dead');
	expect(await findRoom(store, 'galley')).toEqual(room);
	expect(await now(store, room)).toMatchObject({ name: 'Kitchen', slug: 'kitchen' });
	expect((await renameRoom(store, eventsOn(store), room, 'Galley')).ok).toBe(true);
	expect(await now(store, room)).toMatchObject({ name: 'Galley' });
});

test('a new room name is validated as at creation', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	for (const [typed, because] of [
		['  ', 'empty'],
		['k'.repeat(61), 'too-long'],
		['!?', 'no-letters'],
		['Kit\u202echen', 'unprintable']
	] as const) {
		expect(await renameRoom(store, eventsOn(store), room, typed), typed).toEqual({ ok: false, because });
	}
});

test('a room description is one line of at most 200 characters, and can be removed', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	expect(await describeRoom(store, eventsOn(store), room.id, ' Tea,\n and  what goes with it ')).toBe(true);
	expect((await now(store, room)).topic).toBe('Tea, and what goes with it');
	expect(await describeRoom(store, eventsOn(store), room.id, '語'.repeat(201))).toBe(false);
	expect(await describeRoom(store, eventsOn(store), room.id, '語'.repeat(200))).toBe(true);
	expect(await describeRoom(store, eventsOn(store), room.id, '')).toBe(true);
	expect((await now(store, room)).topic).toBe('');
});

test('concurrent changes of a room do not undo each other', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	await Promise.all([
		renameRoom(store, eventsOn(store), room, 'Galley'),
		describeRoom(store, eventsOn(store), room.id, 'Tea'),
		archiveRoom(store, eventsOn(store), room.id, true)
	]);
	expect(await now(store, room)).toMatchObject({ name: 'Galley', topic: 'Tea', archived: true });
});

test('a change of a room is sent to the pages that list rooms', async () => {
	const store = memoryStore();
	const room = await made(store, 'Kitchen');
	await describeRoom(store, eventsOn(store), room.id, 'Tea');
	// Guests hear this key too.
	expect(await store.get(keys.liveRooms)).toBe(WAKE);
});

test('a page of a renamed room costs three dependent round trips', async () => {
	const inner = memoryStore();
	const id = await kitchen(inner, 200);
	const room = await findRoom(inner, 'kitchen');
	if (room) await renameRoom(inner, eventsOn(inner), room, 'Galley');
	const { store, counts } = countingStore(inner);
	expect((await findRoom(store, 'galley'))?.id).toBe(id);
	const [page, state] = await Promise.all([readPage(store, id, undefined, NOW), readRoomState(store, id)]);
	expect([page.messages.length, state.name]).toEqual([50, 'Galley']);
	// The address; both counters and the room state; the messages and their annotations.
	expect(counts).toEqual({ operations: 6, roundTrips: 3 });
});
