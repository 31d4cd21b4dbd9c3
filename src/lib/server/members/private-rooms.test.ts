import { expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { visitorOf as visitor } from '../../../../tests/fixtures/visitors.ts';
import { newsFrom, readSince } from '../history/catch-up.ts';
import { readCards } from '../history/answered.ts';
import { readPage } from '../history/history.ts';
import { Posts } from '../messages/post-message.ts';
import { RIGHTS_KEPT_MS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import type { Role } from '../../chat/people/role.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { mayRead, readInRoom, roomFor } from '../rooms/access.ts';
import { RightsEnded, storeOf } from '../rooms/checked-store.ts';
import { makeOpen, makePrivate, writersIn } from './conversion.ts';
import { hasBeenLetIn, heldIn, membersIn } from '../rooms/memberships.ts';
import { createPrivateRoom, leaveRoom, letIn } from './private-rooms.ts';
import { removeMember } from '../rooms/removal.ts';
import { renameRoom } from '../rooms/room-settings.ts';
import { createRoom, findRoom, readRoomState } from '../rooms/rooms.ts';

const FORM = 'form-0000000000000001';

async function secretRoom(store: Hpkv, messages = 0): Promise<ChatRoom> {
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'ada', formId: FORM }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { room } = made;
	for (let n = 1; n <= messages; n++) await store.set(keys.message(room.id, n), JSON.stringify(said(room.id, n)));
	if (messages > 0) await store.increment(keys.messageCount(room.id), messages);
	return room;
}

const status = async (store: Hpkv, person: string | undefined, room: ChatRoom, act = 'read', role: Role = 'member') => {
	const found = await roomFor(store, visitor(person, role), room.slug, act as 'read');
	return found.ok ? 200 : found.status;
};

const add = (store: Hpkv, room: ChatRoom, person: string, history: 'all' | 'from now on' = 'all') =>
	letIn(store, eventsOn(store), { room: room.id, person, by: 'ada', history }, NOW);

test('a private room is its creator’s, has no name that others could ask for, and is in no list of open rooms', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	expect(room.id).toMatch(/^0[a-z2-7]{25}$/);
	expect(room.slug).toBe(`~${room.id}`);
	const statuses = await Promise.all(['ada', 'bo', undefined].map((person) => status(store, person, room)));
	expect(statuses).toEqual([200, 404, 404]);
	expect(await status(store, 'olga', room, 'manage', 'owner')).toBe(404);
	expect(await listRooms(store)).toEqual([]);
	expect(await findRoom(store, 'secret')).toBeUndefined();
	expect(await createRoom(store, { typed: 'Secret', person: 'bo', formId: FORM }, NOW)).toMatchObject({ ok: true });
});

test('a creation that is repeated after its creator was removed lets nobody in', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await removeMember(store, { room: room.id, person: 'ada' }, NOW);
	expect((await secretRoom(store)).id).toBe(room.id);
	expect(await status(store, 'ada', room)).toBe(404);
});

test('a creation that died anywhere is finished by its repeat', async () => {
	for (let most = 0; most < 6; most++) {
		const store = memoryStore();
		let left = most;
		const write = <Done>(act: () => Promise<Done>) => (left-- > 0 ? act() : Promise.reject(new Error('died')));
		const dying: Hpkv = {
			...store,
			set: (key, value) => write(() => store.set(key, value)),
			patch: (key, value) => write(() => store.patch(key, value))
		};
		await secretRoom(dying).catch(() => undefined);
		const room = await secretRoom(store);
		expect(await status(store, 'ada', room, 'manage')).toBe(200);
		expect(await membersIn(store, room.id, await readRoomState(store, room.id))).toHaveLength(1);
	}
});

test('whoever may not see a room costs the same operations as at an address where there is none', async () => {
	const store = memoryStore();
	const room = await secretRoom(store, 3);
	const open = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: FORM }, NOW);
	if (!open.ok) throw new Error(open.because);
	await makePrivate(store, eventsOn(store), open.room, { people: [], by: 'ada', formId: FORM }, NOW);
	const asked = async (address: string, person: string | undefined, how: 'door' | 'reading') => {
		const operations: string[] = [];
		const note = (name: string, key: string) => void operations.push(`${name} ${key.split(':')[0]}`);
		const noted: Hpkv = {
			...store,
			get: (key) => (note('get', key), store.get(key)),
			range: (start, end, limit) => (note('range', start), store.range(start, end, limit))
		};
		const answer =
			how === 'door'
				? await roomFor(noted, visitor(person), address, 'manage')
				: await readInRoom(noted, visitor(person), address, ({ id }) => readPage(noted, id, undefined, NOW));
		return { answer, operations };
	};
	for (const how of ['door', 'reading'] as const) {
		for (const person of ['bo', undefined]) {
			const none = await asked(`~0${'b'.repeat(25)}`, person, how);
			expect(none.answer).toMatchObject({ ok: false, status: 404 });
			expect(await asked(room.slug, person, how)).toEqual(none);
		}
		// At the address from when it was open.
		expect((await asked('kitchen', 'bo', 'door')).operations).toEqual(
			(await asked('nowhere', 'bo', 'door')).operations
		);
	}
});

test('a missing or damaged record of a private room is that of a private room', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await store.delete(keys.roomState(room.id));
	expect([await status(store, 'bo', room), await status(store, 'ada', room)]).toEqual([404, 200]);
	for (const damaged of ['{', '"open"', '{"kind":"wide"}', '{"archived":3}']) {
		await store.set(keys.roomState(room.id), damaged);
		expect([await status(store, 'bo', room), await status(store, 'ada', room)]).toEqual([404, 200]);
	}
	await store.set(keys.memberOf('ada', room.id), '{"in":[]}');
	expect(await status(store, 'ada', room)).toBe(404);
});

test('a person who was added reads, writes and manages nothing; who was removed finds no room', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await add(store, room, 'bo');
	expect([await status(store, 'bo', room, 'write'), await status(store, 'bo', room, 'manage')]).toEqual([200, 403]);
	expect(await status(store, 'olga', room, 'manage', 'owner')).toBe(404);
	await add(store, room, 'olga');
	expect(await status(store, 'olga', room, 'manage', 'owner')).toBe(200);
	const before = await readRoomState(store, room.id);
	await removeMember(store, { room: room.id, person: 'bo' }, NOW);
	const after = await readRoomState(store, room.id);
	expect(after.e).not.toBe(before.e);
	expect(Object.keys(after.es ?? {})).toEqual([after.e]);
	expect(await status(store, 'bo', room)).toBe(404);
	expect(await hasBeenLetIn(store, 'bo', room.id)).toBe(false);
	expect((await membersIn(store, room.id, after)).map(({ person }) => person)).toEqual(['ada', 'olga']);
	// The old epoch was told that there is another.
	expect(await store.get(keys.live(room.id, before.e))).toBe('1');
	await add(store, room, 'bo');
	expect(await status(store, 'bo', room)).toBe(200);
	// A late copy of the removal names the earlier membership only.
	await store.patch(keys.memberOf('bo', room.id), JSON.stringify({ out: { ...after.x } }));
	expect(await status(store, 'bo', room)).toBe(200);
});

test('a person who comes and goes keeps a small record, and revoked memberships are forgotten', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	const DAY = 24 * 60 * 60 * 1_000;
	for (let day = 0; day < 60; day++) {
		const now = NOW + day * 2 * DAY;
		await letIn(store, eventsOn(store), { room: room.id, person: 'bo', by: 'ada', history: 'all' }, now);
		expect(await status(store, 'bo', room)).toBe(200);
		await removeMember(store, { room: room.id, person: 'bo' }, now + 1);
		expect(await status(store, 'bo', room)).toBe(404);
	}
	expect((await store.get(keys.memberOf('bo', room.id)))?.length).toBeLessThan(400);
	expect((await store.get(keys.roomState(room.id)))?.length).toBeLessThan(400);
});

test('a hundred people can leave within ten minutes where a value holds 3,000 bytes', async () => {
	const store = memoryStore(3_000);
	const room = await secretRoom(store);
	for (let i = 0; i < 120; i++) await add(store, room, `person${i}`);
	for (let i = 0; i < 120; i++) await removeMember(store, { room: room.id, person: `person${i}` }, NOW + i * 2_000);
	expect(await membersIn(store, room.id, await readRoomState(store, room.id))).toHaveLength(1);
});

test('who is added from now on gets nothing from before, anywhere', async () => {
	const store = memoryStore();
	const room = await secretRoom(store, 120);
	await add(store, room, 'bo', 'from now on');
	const found = await roomFor(store, visitor('bo'), room.slug, 'read');
	expect(found).toMatchObject({ from: 121, membership: { at: 120 } });
	for (const place of [undefined, { before: 50 }, { after: 3 }, { around: 60 }, { around: 120 }]) {
		const page = await readPage(store, room.id, place, NOW, { first: 121 });
		expect([page.messages, page.above, page.older]).toEqual([[], undefined, undefined]);
	}
	for (let n = 121; n <= 125; n++) await store.set(keys.message(room.id, n), JSON.stringify(said(room.id, n)));
	await store.increment(keys.messageCount(room.id), 5);
	await store.increment(keys.changeCount(room.id), 2);
	const edit = { kind: 'react', timestamp: NOW, person: 'ada', name: 'Ada', emoji: '👍', on: true };
	await store.set(keys.change(room.id, 1), JSON.stringify({ ...edit, m: 1, n: 7 }));
	await store.set(keys.change(room.id, 2), JSON.stringify({ ...edit, m: 2, n: 122 }));
	for (const place of [undefined, { before: 50 }, { after: 3 }, { around: 60 }, { around: 122 }]) {
		const page = await readPage(store, room.id, place, NOW, { first: 121 });
		expect(page.messages.every(({ n }) => n > 120)).toBe(true);
		expect(page.above?.n ?? 121).toBeGreaterThan(120);
		expect(page.older).toBeUndefined();
	}
	const news = await readSince(store, room.id, { message: 100, holes: [5], change: 0 }, NOW);
	if (typeof news === 'string') throw new Error(news);
	const mine = newsFrom(121, news);
	expect(mine.messages.map(({ n }) => n)).toEqual([121, 122, 123, 124, 125]);
	expect(mine.changes.map(({ n }) => n)).toEqual([122]);
	expect(mine.cursor).toMatchObject({ message: 125, change: 2 });
	if (!found.ok) throw new Error(found.error);
	expect(await readCards(store, found, [7, 122])).toEqual({
		7: { text: '' },
		122: { sender: 'Ada', text: 'Message 122' }
	});
	const posts = new Posts(store, () => NOW, eventsOn(store));
	const reply = (sendId: string, re: number) =>
		posts.post({ room: room.id, person: 'bo', sender: 'Bo', day: '20261123', sendId, message: 'Yes', re }, found);
	expect(await reply('send-000000000000001', 7)).toEqual({ ok: false, because: 'not-answerable' });
	expect(await reply('send-000000000000002', 122)).toMatchObject({ ok: true, message: { re: 122 } });
	// Later given all of it.
	await add(store, room, 'bo');
	expect(await roomFor(store, visitor('bo'), room.slug, 'read')).toMatchObject({ from: 1 });
});

test('who is let in from now on hears no text from before', async () => {
	const inner = memoryStore();
	const said: string[] = [];
	const store: Hpkv = {
		...inner,
		dropsHolders: true,
		set: (key, value) => (key.startsWith('live:') && said.push(`${key} ${value}`), inner.set(key, value))
	};
	const room = await secretRoom(store, 3);
	const before = await readRoomState(store, room.id);
	await letIn(store, eventsOn(store), { room: room.id, person: 'bo', by: 'ada', history: 'from now on' }, NOW);
	const { e, firsts } = await readRoomState(store, room.id);
	expect([e === before.e, firsts]).toEqual([false, { 4: 1 }]);
	// Who has heard the room learns that there is another epoch.
	expect(said.splice(0)).toEqual([`${keys.live(room.id, before.e)} 1`]);
	const events = eventsOn(store);
	const tell = async (n: number) => {
		await events.publish('messageChanged', {
			room: room.id,
			change: { kind: 'edit', m: n, n, timestamp: NOW, message: `Text ${n}` }
		});
		await events.settle();
		return said.splice(0);
	};
	expect(await tell(3)).toEqual([`${keys.live(room.id, e)} 1`]);
	expect(String(await tell(4))).toContain('Text 4');
	await store.increment(keys.messageCount(room.id), 5);
	await letIn(store, eventsOn(store), { room: room.id, person: 'cy', by: 'ada', history: 'from now on' }, NOW);
	expect((await readRoomState(store, room.id)).firsts).toEqual({ 9: 1 });
});

test('a number from now on is above all records, also where the counter stands behind them', async () => {
	const store = memoryStore();
	const room = await secretRoom(store, 10);
	await store.set(keys.message(room.id, 150), JSON.stringify(said(room.id, 150)));
	await add(store, room, 'bo', 'from now on');
	const found = await roomFor(store, visitor('bo'), room.slug, 'read');
	expect(found.ok && found.from).toBeGreaterThan(150);
});

test('what is read while a person is removed is not answered', async () => {
	const store = memoryStore();
	const room = await secretRoom(store, 2);
	await add(store, room, 'bo');
	const answer = await readInRoom(store, visitor('bo'), room.slug, async ({ id }) => {
		await removeMember(store, { room: room.id, person: 'bo' }, NOW);
		await store.set(keys.message(id, 3), JSON.stringify(said(id, 3)));
		return readPage(store, id, undefined, NOW);
	});
	expect(answer).toMatchObject({ ok: false, status: 404 });
});

test('an open room that becomes private while it is read slowly is not answered to others', async () => {
	const store = memoryStore();
	const made = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: FORM }, NOW);
	if (!made.ok) throw new Error(made.because);
	let readings = 0;
	const answer = await readInRoom(store, visitor('bo'), 'kitchen', async ({ id }) => {
		readings += 1;
		await makePrivate(store, eventsOn(store), made.room, { people: [], by: 'ada', formId: FORM }, NOW);
		await new Promise((later) => setTimeout(later, RIGHTS_KEPT_MS + 50));
		return id;
	});
	expect([answer, readings]).toMatchObject([{ ok: false, status: 404 }, 1]);
});

test('what is stored more than a second after the rights were asked for asks again', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await add(store, room, 'bo');
	const entry = await roomFor(store, visitor('bo'), room.slug, 'write');
	if (!entry.ok) throw new Error(entry.error);
	await removeMember(store, { room: room.id, person: 'bo' }, NOW);
	await new Promise((later) => setTimeout(later, RIGHTS_KEPT_MS + 50));
	// Files and the answered message may have been read for that long before the write.
	const mine = storeOf(store, entry);
	await expect(mine.set(keys.message(room.id, 1), 'x')).rejects.toThrow(RightsEnded);
	expect(await store.get(keys.message(room.id, 1))).toBeUndefined();
});

test('the last one out archives the room', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await add(store, room, 'bo');
	const leave = (person: string) => leaveRoom(store, eventsOn(store), { room: room.id, person }, NOW);
	await leave('ada');
	expect((await readRoomState(store, room.id)).archived).toBeUndefined();
	await Promise.all([leave('bo'), leave('bo')]);
	expect((await readRoomState(store, room.id)).archived).toBe(true);
});

test('renaming a private room claims no name', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	expect(await renameRoom(store, eventsOn(store), room, 'Nightfall')).toEqual({ ok: true, slug: room.slug });
	expect(await createRoom(store, { typed: 'Nightfall', person: 'bo', formId: FORM }, NOW)).toMatchObject({ ok: true });
});

test('an open room becomes private for those whom its page names, keeps its name, and tells others nothing of its new one', async () => {
	const store = memoryStore();
	const events = eventsOn(store);
	const made = await createRoom(store, { typed: 'Kitchen', person: 'ada', formId: FORM }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { room } = made;
	await store.set(keys.message(room.id, 1), JSON.stringify({ ...said(room.id, 1), person: 'bo' }));
	await store.increment(keys.messageCount(room.id));
	expect(await writersIn(store, room)).toEqual(['ada', 'bo']);
	await makePrivate(store, events, room, { people: ['bo'], by: 'ada', formId: FORM }, NOW);
	const door = async (person: string) => (await roomFor(store, visitor(person), 'kitchen', 'read')).ok;
	expect([await door('ada'), await door('bo'), await door('cy')]).toEqual([true, true, false]);
	expect((await listRooms(store)).map(({ kind }) => kind)).toEqual(['private']);
	const hidden = { room, state: await readRoomState(store, room.id), kind: 'private' as const };
	expect(await mayRead(store, { id: 'cy', role: 'owner' }, hidden, { reading: 'everyone' })).toBe(false);
	await renameRoom(store, events, room, 'Nightfall');
	const taken = await createRoom(store, { typed: 'kitchen', person: 'cy', formId: FORM }, NOW);
	expect(taken).toEqual({ ok: false, because: 'taken' });
});

test('a private room that is opened claims its name, is listed, and is everybody’s with all of its history', async () => {
	const store = memoryStore();
	const events = eventsOn(store);
	const room = await secretRoom(store, 5);
	await add(store, room, 'bo', 'from now on');
	const other = await createRoom(store, { typed: 'Secret', person: 'cy', formId: FORM }, NOW);
	if (!other.ok) throw new Error(other.because);
	expect(await makeOpen(store, events, room)).toMatchObject({ ok: false, because: 'taken' });
	expect(await status(store, 'cy', room)).toBe(404);
	await renameRoom(store, events, room, 'Known');
	expect(await makeOpen(store, events, room)).toEqual({ ok: true, slug: 'known' });
	expect(await roomFor(store, visitor('bo'), 'known', 'read')).toMatchObject({ ok: true, kind: 'open', from: 1 });
	expect(await status(store, 'cy', room)).toBe(200);
	expect((await listRooms(store)).map(({ name, kind }) => [name, kind])).toContainEqual(['Known', undefined]);
	await makePrivate(store, events, room, { people: [], by: 'ada', formId: FORM }, NOW);
	expect([await status(store, 'cy', room), await status(store, 'ada', room)]).toEqual([404, 200]);
});

test('a removal that died after its first operation is finished by the next who comes', async () => {
	const store = memoryStore();
	const room = await secretRoom(store);
	await add(store, room, 'bo');
	const before = await readRoomState(store, room.id);
	const dying = { ...store, get: (key: string) => (key === keys.roomState(room.id) ? never() : store.get(key)) };
	const never = () => Promise.reject(new Error('died'));
	await expect(removeMember(dying, { room: room.id, person: 'bo' }, NOW)).rejects.toThrow('died');
	expect(await status(store, 'bo', room)).toBe(404);
	expect(heldIn(await store.get(keys.memberOf('bo', room.id)), {})).toBeDefined();
	expect(await status(store, 'ada', room)).toBe(200);
	expect(heldIn(await store.get(keys.memberOf('bo', room.id)), {})).toBeUndefined();
	expect(await store.get(keys.live(room.id, before.e))).toBe('1');
	const after = await readRoomState(store, room.id);
	expect(Object.keys(after.es ?? {})).toEqual([after.e]);
});
