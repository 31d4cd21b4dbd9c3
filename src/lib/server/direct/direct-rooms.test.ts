import { expect, test } from 'vitest';
import type { Hpkv } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { visitorOf as visitor } from '../../../../tests/fixtures/visitors.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { RIGHTS_KEPT_MS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { OwnRooms } from '../room-list/own-rooms.ts';
import { Posts } from '../messages/post-message.ts';
import { publishChange, remove } from '../messages/changes.ts';
import { changeStanding } from '../people/standing.ts';
import { roomFor } from '../rooms/access.ts';
import { RightsEnded, storeOf, writingStoreOf } from '../rooms/checked-store.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { createPrivateRoom } from '../members/private-rooms.ts';
import { blockDirect, directState, startDirect } from './direct-rooms.ts';
import { detailsFor } from './direct-title.ts';

async function people(...names: string[]): Promise<Hpkv> {
	const store = memoryStore();
	for (const id of names) await store.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 1 }));
	return store;
}

async function started(store: Hpkv, by: string, ...others: string[]) {
	const made = await startDirect(store, { by, others }, NOW);
	if (!made.ok) throw new Error(made.because);
	return made.room;
}

let sends = 0;

/** @returns why the message was refused, if it was */
async function write(store: Hpkv, by: string, address: string, message: string): Promise<string | number | undefined> {
	const entry = await roomFor(store, visitor(by), address, 'write');
	if (!entry.ok) return entry.status;
	const events = eventsOn(store);
	const day = new Date(NOW).toISOString().slice(0, 10).replaceAll('-', '');
	const send = {
		room: entry.room.id,
		person: by,
		sender: by,
		day,
		sendId: `${by}-${String(++sends).padStart(16, '0')}`,
		message
	};
	const posted = await new Posts(store, () => NOW, events).post(send, entry);
	await events.settle();
	return posted.ok ? undefined : posted.because;
}

const listOf = async (store: Hpkv, person: string) => {
	const own = new OwnRooms(
		store,
		() => 0,
		(ids) => Promise.resolve([...ids])
	);
	return (await own.of(person, true)).rows.map(({ name, last, count }) => [name, last?.text, count]);
};

test('the same people always meet the same room, two who start at once as well, and nobody else can name or enter it', async () => {
	const store = await people('ada', 'bo', 'cy', 'olga');
	const [one, other] = await Promise.all([started(store, 'ada', 'bo'), started(store, 'bo', 'ada')]);
	expect(one.id).toBe(other.id);
	expect(one.id).toMatch(/^1[a-z2-7]{25}$/);
	expect((await started(store, 'ada', 'bo', 'cy')).id).not.toBe(one.id);
	expect((await started(await people('ada', 'bo'), 'ada', 'bo')).id).not.toBe(one.id);
	const door = async (person: string, role: 'member' | 'owner' = 'member', act: 'read' | 'manage' = 'read') => {
		const found = await roomFor(store, visitor(person, role), one.slug, act);
		return found.ok ? 200 : found.status;
	};
	expect([await door('ada'), await door('bo'), await door('cy'), await door('olga', 'owner')]).toEqual([
		200, 200, 404, 404
	]);
	expect([await door('ada', 'owner', 'manage'), await door('olga', 'owner', 'manage')]).toEqual([404, 404]);
	expect(await listRooms(store)).toEqual([]);
	expect((await started(store, 'ada')).people).toEqual(['ada']);
});

test('nine people, unknown ones and blocked ones make no direct room', async () => {
	const store = await people(...'abcdefghi', 'bad');
	expect(await startDirect(store, { by: 'a', others: [...'bcdefghi'] }, NOW)).toMatchObject({
		because: 'too-many-people'
	});
	expect(await startDirect(store, { by: 'a', others: ['zed'] }, NOW)).toMatchObject({ because: 'no-such-person' });
	await changeStanding(store, 'bad', 'blocked', true);
	expect(await startDirect(store, { by: 'a', others: ['bad'] }, NOW)).toMatchObject({ because: 'no-such-person' });
});

test('the other sees nothing before the first message, and finds it then', async () => {
	const store = await people('ada', 'bo');
	const room = await started(store, 'ada', 'bo');
	expect([await listOf(store, 'ada'), await listOf(store, 'bo')]).toEqual([[], []]);
	expect(await store.get(keys.memberOf('bo', room.id))).toBeUndefined();
	expect(await write(store, 'ada', room.slug, 'Hello')).toBeUndefined();
	expect([await listOf(store, 'ada'), await listOf(store, 'bo')]).toEqual([
		[['bo', 'Hello', 1]],
		[['ada', 'Hello', 1]]
	]);
	expect(await write(store, 'bo', room.slug, 'Yes?')).toBeUndefined();
	expect(await listOf(store, 'ada')).toEqual([['bo', 'Yes?', 2]]);
});

test('a first message whose sender died behind the answer is in the other’s list', async () => {
	const store = await people('ada', 'bo');
	const room = await started(store, 'ada', 'bo');
	const dying: Hpkv = {
		...store,
		set: (key, value) => (key.startsWith('dm:') ? new Promise(() => undefined) : store.set(key, value))
	};
	const entry = await roomFor(dying, visitor('ada'), room.slug, 'write');
	if (!entry.ok) throw new Error(entry.error);
	const send = { room: room.id, person: 'ada', sender: 'Ada', day: '20261123', sendId: 'ada-0000000000000001' };
	const events = eventsOn(dying);
	expect(await new Posts(dying, () => NOW, events).post({ ...send, message: 'Hello' }, entry)).toMatchObject({
		ok: true
	});
	await new Promise((later) => setTimeout(later));
	expect(await listOf(store, 'bo')).toEqual([['ada', 'Hello', 1]]);
});

test('a deleted text is in no list', async () => {
	const store = await people('ada', 'bo');
	const room = await started(store, 'ada', 'bo');
	await write(store, 'ada', room.slug, 'Secret');
	const by = { room: room.id, n: 1, person: 'bo' };
	expect(await remove(store, by, 'owner', () => NOW, { isDirect: true })).toMatchObject({ because: 'not-yours' });
	const removed = await remove(store, { ...by, person: 'ada' }, 'member', () => NOW, { isDirect: true });
	if (!removed.ok) throw new Error(removed.because);
	await publishChange(eventsOn(store), room.id, removed);
	expect(await listOf(store, 'bo')).toEqual([['ada', '', 1]]);
	expect((await store.range('a', '~', 1_000)).records.some(({ value }) => value.includes('Secret'))).toBe(false);
});

test('a person who is blocked is told that they cannot write, also where there was no conversation yet', async () => {
	const store = await people('ada', 'bo');
	await blockDirect(store, eventsOn(store), { by: 'bo', other: 'ada' }, true);
	const room = await started(store, 'ada', 'bo');
	expect(await write(store, 'ada', room.slug, 'Hello')).toBe('closed');
	expect(await store.get(keys.memberOf('bo', room.id))).toBeUndefined();
	await started(store, 'bo', 'ada');
	expect(await write(store, 'bo', room.slug, 'Hello')).toBe('closed-by-you');
	await blockDirect(store, eventsOn(store), { by: 'bo', other: 'ada' }, false);
	expect(await write(store, 'ada', room.slug, 'Hello')).toBeUndefined();
});

test('a block that is made during a slow send stops the message, and a deletion goes on', async () => {
	const store = await people('ada', 'bo');
	const room = await started(store, 'ada', 'bo');
	const entry = await roomFor(store, visitor('ada'), room.slug, 'write');
	if (!entry.ok) throw new Error(entry.error);
	await blockDirect(store, eventsOn(store), { by: 'bo', other: 'ada' }, true);
	await new Promise((later) => setTimeout(later, RIGHTS_KEPT_MS + 50));
	const [sending, deleting] = [writingStoreOf(store, entry, 'ada'), storeOf(store, entry)];
	await expect(sending.set(keys.message(room.id, 1), 'x')).rejects.toThrow(RightsEnded);
	expect(await store.get(keys.message(room.id, 1))).toBeUndefined();
	await deleting.set(keys.message(room.id, 1), 'x');
	expect(await store.get(keys.message(room.id, 1))).toBe('x');
});

test('a message that is repeated after a block is the message that was sent', async () => {
	const store = await people('ada', 'bo');
	const room = await started(store, 'ada', 'bo');
	const send = { room: room.id, person: 'ada', sender: 'ada', day: '20261123', sendId: 'ada-0000000000000001' };
	const post = async (message: string) => {
		const entry = await roomFor(store, visitor('ada'), room.slug, 'write');
		return new Posts(store, () => NOW, eventsOn(store)).post({ ...send, message }, entry.ok ? entry : undefined);
	};
	expect(await post('Hello')).toMatchObject({ ok: true, repeated: false });
	await blockDirect(store, eventsOn(store), { by: 'bo', other: 'ada' }, true);
	expect(await post('Hello')).toMatchObject({ ok: true, repeated: true, message: { n: 1, message: 'Hello' } });
	expect(await post('Hi')).toMatchObject({ ok: false, because: 'closed' });
});

test('a person’s list costs two ranges and their own rooms, however many rooms others have', async () => {
	const store = await people('ada', 'bo');
	await write(store, 'ada', (await started(store, 'ada', 'bo')).slug, 'Hello');
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'ada', formId: 'form-0000000000000001' }, NOW);
	if (!made.ok) throw new Error(made.because);
	for (let i = 0; i < 300; i++) await write(store, 'bo', (await started(store, 'bo')).slug, `Note ${i}`);
	for (let i = 0; i < 20; i++) {
		await createPrivateRoom(store, { typed: `Secret ${i}`, person: 'bo', formId: 'form-0000000000000001' }, NOW);
	}
	const operations: string[] = [];
	const note = (name: string, key: string) => void operations.push(`${name} ${key.split(':')[0]}`);
	const noted: Hpkv = {
		...store,
		get: (key) => (note('get', key), store.get(key)),
		range: (start, end, limit) => (note('range', start), store.range(start, end, limit))
	};
	const own = new OwnRooms(
		noted,
		() => 0,
		(ids) => Promise.resolve([...ids])
	);
	const ranges = ['range dm', 'range memberof'];
	expect((await own.of('ada', false)).rows).toHaveLength(2);
	expect(operations.splice(0).sort()).toEqual(['get last', 'get messages', 'get room', 'get roomstate', ...ranges]);
	expect((await own.of('ada', true)).rows).toHaveLength(2);
	expect(operations).toEqual(ranges.toReversed());
});

test('with 10,000 direct rooms of others, a person’s list costs the same operations, records and bytes', async () => {
	const store = await people('ada', 'bo', 'cy');
	for (const other of ['bo', 'cy']) {
		await write(store, 'ada', (await started(store, 'ada', other)).slug, `Hello ${other}`);
	}
	const seen: [operation: string, records: number, bytes: number][] = [];
	const noted: Hpkv = {
		...store,
		get: async (key) => {
			const value = await store.get(key);
			seen.push([`get ${key}`, 1, Buffer.byteLength(value ?? '')]);
			return value;
		},
		range: async (start, end, limit) => {
			const found = await store.range(start, end, limit);
			seen.push([`range ${start}`, found.records.length, Buffer.byteLength(JSON.stringify(found.records))]);
			return found;
		}
	};
	const cost = async () => {
		const own = new OwnRooms(
			noted,
			() => 0,
			(ids) => Promise.resolve([...ids])
		);
		expect((await own.of('ada', true)).rows).toHaveLength(2);
		return seen.splice(0).sort();
	};
	const before = await cost();
	const row = JSON.stringify({ people: ['others'], last: { n: 1, sender: 'Bo', text: 'Hi', timestamp: NOW } });
	const room = (i: number) => `1${String(i).padStart(25, 'a')}`;
	for (let i = 0; i < 10_000; i++) {
		// On both sides of Ada's keys.
		const both = [`ac${i % 100}`, `adb${i % 100}`].flatMap((person) => [
			store.set(keys.directRow(person, room(i)), row),
			store.set(keys.memberOf(person, room(i)), JSON.stringify({ in: { direct: { by: person, since: 1 } } }))
		]);
		await Promise.all([...both, store.set(keys.room(room(i)), '{}')]);
	}
	expect(await cost()).toEqual(before);
	expect(before).toHaveLength(2);
});

test('a direct room is called by the others’ present names, and says who has blocked whom', async () => {
	const store = await people('ada', 'bo', 'cy');
	const namesOf = (ids: readonly string[]) => Promise.resolve(ids.map((id) => id.toUpperCase()));
	const shown = async (me: string, room: ChatRoom) => {
		const state = await readRoomState(store, room.id);
		const { name, closed, blocks } = await detailsFor(me, roomDetails(room, state), state, namesOf);
		return [name, closed, blocks];
	};
	expect(await shown('ada', await started(store, 'ada', 'bo', 'cy'))).toEqual(['BO, CY', undefined, undefined]);
	expect(await shown('ada', await started(store, 'ada'))).toEqual(['ADA (you)', undefined, undefined]);
	await blockDirect(store, eventsOn(store), { by: 'bo', other: 'ada' }, true);
	const pair = await started(store, 'ada', 'bo');
	expect(await shown('ada', pair)).toEqual(['BO', expect.stringMatching(/^BO has blocked your messages/), undefined]);
	expect(await shown('bo', pair)).toEqual(['ADA', expect.stringMatching(/^You have blocked ADA\./), true]);
	await blockDirect(store, eventsOn(store), { by: 'ada', other: 'bo' }, true);
	expect(await directState(store, { by: 'ada', others: ['bo'] })).toEqual({
		isBegun: true,
		closed: 'closed-by-you',
		blocks: true
	});
});
