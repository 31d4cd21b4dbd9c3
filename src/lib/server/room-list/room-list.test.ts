import { visitorOf } from '../../../../tests/fixtures/visitors.ts';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { LISTED_DIRECT, LISTED_ROOMS, ROOMS_ON_PAGE } from '../../chat/limits.ts';
import type { RoomOrder } from '../../chat/rooms/room-order.ts';
import { keys } from '../../chat/storage/keys.ts';
import { unreadInAll } from '../../chat/reading/unread.ts';
import { addMember } from '../rooms/memberships.ts';
import { chooseLevel } from '../people/room-levels.ts';
import { markRead } from '../rooms/read-marks.ts';
import { makeOpen, makePrivate } from '../members/conversion.ts';
import { createPrivateRoom, letIn } from '../members/private-rooms.ts';
import { removeMember } from '../rooms/removal.ts';
import { archiveRooms } from '../rooms/room-settings.ts';
import { createRoom } from '../rooms/rooms.ts';
import { starRoom } from '../rooms/stars.ts';
import { OwnRooms } from './own-rooms.ts';
import { RoomDirectory } from './room-directory.ts';
import { RoomLists } from './room-list.ts';

/** Kitchen with messages, Mine that Ada has visited, and rooms of Eve that nobody has used. */
async function place(rooms: number) {
	const store = memoryStore();
	const kitchenId = await kitchen(store, 3);
	const mine = await create('Mine', 'ada', NOW - 1);
	await markRead(store, eventsOn(store), 'ada', mine, 0);
	const flood: string[] = [];
	for (let n = 0; n < rooms; n++) flood.push(await create(`Flood ${n}`, 'eve', NOW + n));
	async function create(typed: string, person: string, now: number) {
		const created = await createRoom(store, { typed, person, formId: `form-0000000000000001` }, now);
		if (!created.ok) throw new Error(created.because);
		return created.room.id;
	}
	const ownRooms = new OwnRooms(
		store,
		() => 0,
		() => Promise.resolve([])
	);
	const lists = new RoomLists(store, new RoomDirectory(store, () => 0), ownRooms, () => 0);
	const reader = (id?: string, order: RoomOrder = 'name') => ({ ...visitorOf(id), roomOrder: () => order });
	return { store, kitchenId, mine, flood, lists, reader };
}

const names = ({ rooms }: { rooms: readonly { name: string }[] }) => rooms.map(({ name }) => name);

describe('the order of a list', () => {
	test('rooms are by name, or by activity with those last that the person never used', async () => {
		const { lists, reader } = await place(11);
		const flood = Array.from({ length: 11 }, (_, n) => `Flood ${n}`);
		expect(names(await lists.recent(reader('ada')))).toEqual([...flood, 'Kitchen', 'Mine']);
		const active = (id?: string) => lists.recent(reader(id, 'activity'));
		expect(names(await active('ada'))).toEqual(['Mine', 'Kitchen', ...flood.toReversed()]);
		expect(names(await active('grace'))).toEqual(['Kitchen', ...flood.toReversed(), 'Mine']);
		expect(names(await active())).toEqual(['Kitchen', ...flood.toReversed(), 'Mine']);
	});

	test('a new message changes the order by activity alone', async () => {
		const { store, mine, lists, reader } = await place(1);
		const last = { n: 1, sender: 'Ada', text: 'Tea?', timestamp: NOW + 9 };
		expect(names(await lists.recent(reader('ada')))).toEqual(['Flood 0', 'Kitchen', 'Mine']);
		await store.increment(keys.messageCount(mine));
		await store.set(keys.last(mine), JSON.stringify(last));
		expect(names(await lists.now(reader('ada')))).toEqual(['Flood 0', 'Kitchen', 'Mine']);
		expect(names(await lists.now(reader('ada', 'activity')))).toEqual(['Mine', 'Kitchen', 'Flood 0']);
	});

	test('stars and archived rooms are marked, in the list of their person', async () => {
		const { store, flood, lists, reader } = await place(2);
		await starRoom(store, 'ada', flood[1] ?? '', true);
		await archiveRooms(store, eventsOn(store), flood.slice(0, 1), true);
		const marks = async (id: string) =>
			(await lists.now(reader(id))).rooms.map(({ name, starred, archived }) => [name, starred, archived]);
		expect((await marks('ada')).slice(0, 2)).toEqual([
			['Flood 0', undefined, true],
			['Flood 1', true, undefined]
		]);
		expect((await marks('grace'))[1]).toEqual(['Flood 1', undefined, undefined]);
	});
});

describe('what a person wants to be told', () => {
	test('a level and a mute are in the list, and go with it no longer than they hold', async () => {
		const { store, kitchenId, lists, reader } = await place(0);
		await markRead(store, eventsOn(store), 'ada', kitchenId, 1);
		const kitchen = async () => (await lists.now(reader('ada'))).rooms.find(({ id }) => id === kitchenId);
		const before = await kitchen();
		expect(unreadInAll([before!])).toBe(2);
		const until = Date.now() + 60_000;
		await chooseLevel(store, 'ada', kitchenId, { mutedUntil: until });
		expect(await kitchen()).toEqual({ ...before, quiet: true, mutedUntil: until });
		expect(unreadInAll((await lists.now(reader('ada'))).rooms)).toBe(0);
		await chooseLevel(store, 'ada', kitchenId, { mutedUntil: Date.now() - 1 });
		expect(await kitchen()).toEqual(before);
		// Muted or not, a room of which nothing is told stays quiet.
		await chooseLevel(store, 'ada', kitchenId, { level: 'nothing', mutedUntil: until });
		expect(await kitchen()).toEqual({ ...before, level: 'nothing', quiet: true });
		expect(unreadInAll((await lists.now(reader('grace'))).rooms)).toBe(0);
	});

	test('a hidden room is in the list while it is open or mentions the person, and always on the pages of all rooms', async () => {
		const { store, kitchenId, lists, reader } = await place(0);
		await chooseLevel(store, 'ada', kitchenId, { hidden: 3 });
		const visitor = reader('ada');
		expect(names(await lists.now(visitor))).toEqual(['Mine']);
		expect((await lists.now(visitor)).more).toEqual({ unread: 0 });
		expect(names(await lists.now(visitor, { open: 'kitchen' }))).toEqual(['Kitchen', 'Mine']);
		expect(names(await lists.page(reader('ada'), 1))).toEqual(['Mine', 'Kitchen']);
		expect(names({ rooms: await lists.find(reader('ada'), 'kitch') })).toEqual(['Kitchen']);
		expect(names(await lists.toSearch(reader('ada')))).toContain('Kitchen');
		expect(names(await lists.now(reader('grace')))).toEqual(['Kitchen', 'Mine']);
		await store.set(keys.mention('ada', kitchenId, 3), String(NOW));
		expect(names(await lists.now(reader('ada')))).toEqual(['Mine']);
		await store.set(keys.mention('ada', kitchenId, 4), String(NOW));
		expect(names(await lists.now(reader('ada')))).toEqual(['Kitchen', 'Mine']);
	});

	test('by activity, quiet rooms are last, by name', async () => {
		const { store, kitchenId, mine, lists, reader } = await place(0);
		await markRead(store, eventsOn(store), 'ada', kitchenId, 1);
		for (const room of [kitchenId, mine]) await chooseLevel(store, 'ada', room, { level: 'nothing' });
		expect(names(await lists.now(reader('ada', 'activity')))).toEqual(['Kitchen', 'Mine']);
		await store.set(keys.last(mine), JSON.stringify({ n: 1, sender: 'Ada', text: 'Tea?', timestamp: NOW + 9 }));
		expect(names(await lists.now(reader('ada', 'activity')))).toEqual(['Kitchen', 'Mine']);
		await chooseLevel(store, 'ada', mine, { level: 'mentions' });
		expect(names(await lists.now(reader('ada', 'activity')))).toEqual(['Mine', 'Kitchen']);
	});
});

describe('many rooms', () => {
	test('a flood of unused rooms displaces no conversation', async () => {
		const { lists, reader } = await place(250);
		const list = await lists.recent(reader('ada'));
		expect([list.rooms.length, list.more]).toEqual([LISTED_ROOMS, { unread: 0 }]);
		expect(names(list).slice(-2)).toEqual(['Kitchen', 'Mine']);
		expect(names(await lists.recent(reader('ada'), 'flood-249'))).toContain('Flood 249');
		expect(await lists.watched(reader('ada'))).toHaveLength(LISTED_ROOMS);
	});

	test('each room is once on the pages of all rooms: starred ones first, archived ones last', async () => {
		const { store, mine, flood, lists, reader } = await place(150);
		await starRoom(store, 'ada', mine, true);
		await archiveRooms(store, eventsOn(store), flood.slice(0, 1), true);
		const pages = await Promise.all([1, 2, 3, 4].map((page) => lists.page(reader('ada'), page)));
		expect(pages.map(({ rooms }) => rooms.length)).toEqual([ROOMS_ON_PAGE, ROOMS_ON_PAGE, ROOMS_ON_PAGE, 2]);
		const all = pages.flatMap(names);
		expect([all[0], all[1], all.at(-1), new Set(all).size]).toEqual(['Mine', 'Flood 1', 'Flood 0', 152]);
		expect(await lists.page(reader('ada'), 9)).toMatchObject({ page: 4, pages: 4 });
	});
});

test('`/` gets the previews of the listed rooms, and the room opened last while it is there', async () => {
	const { store, kitchenId, lists, reader } = await place(0);
	const opened = (slug: string) => lists.home({ ...reader('ada'), lastRoom: () => slug });
	const { previews, last } = await opened('kitchen');
	expect(previews[kitchenId]?.text).toBe('Message 3');
	expect(last).toEqual({ slug: 'kitchen', name: 'Kitchen' });
	expect((await opened('gone')).last).toBeUndefined();
	await archiveRooms(store, eventsOn(store), [kitchenId], true);
	expect((await opened('kitchen')).last).toBeUndefined();
});

test('a private room is in the lists of its members alone, without a preview from before their time', async () => {
	const { store, lists, reader } = await place(0);
	const events = eventsOn(store);
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'ada', formId: 'form-0000000000000002' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { id } = made.room;
	await store.increment(keys.messageCount(id));
	await store.set(keys.message(id, 1), JSON.stringify(said(id, 1)));
	await store.set(keys.last(id), JSON.stringify({ n: 1, sender: 'Ada', text: 'Tea?', timestamp: NOW }));
	await letIn(store, events, { room: id, person: 'bo', by: 'ada', history: 'from now on' }, NOW);
	const found = async (person?: string) => {
		const visitor = { ...reader(person), lastRoom: () => made.room.slug };
		const all = [lists.recent(visitor), lists.now(visitor), lists.toSearch(visitor), lists.page(visitor, 1)];
		const rooms = (await Promise.all(all)).map((list) => list.rooms.find((row) => row.id === id));
		const [byName, { last, previews }] = await Promise.all([lists.find(visitor, 'secret'), lists.home(visitor)]);
		const heard = (await lists.watched(visitor)).some((room) => room.id === id);
		return { rooms: rooms.map((row) => row && [row.kind, row.last?.n]), named: byName.length, last, previews, heard };
	};
	const secret = { slug: made.room.slug, name: 'Secret' };
	expect(await found('ada')).toMatchObject({
		rooms: Array(4).fill(['private', 1]),
		named: 1,
		last: secret,
		heard: true
	});
	expect((await found('ada')).previews[id]?.text).toBe('Tea?');
	expect(await found('bo')).toMatchObject({ rooms: Array(4).fill(['private', undefined]), last: secret, heard: true });
	expect((await found('bo')).previews).not.toHaveProperty(id);
	for (const other of ['eve', undefined]) {
		expect(await found(other)).toMatchObject({
			rooms: Array(4).fill(undefined),
			named: 0,
			last: undefined,
			heard: false
		});
	}
	await removeMember(store, { room: id, person: 'bo' }, NOW);
	expect(await found('bo')).toMatchObject({ rooms: Array(4).fill(undefined), named: 0, last: undefined, heard: false });
});

test('a room that was private, open and private again is once in the lists of its members, in no list of others, and heard once', async () => {
	const { store, lists, reader } = await place(0);
	const events = eventsOn(store);
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'ada', formId: 'form-0000000000000003' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { room } = made;
	const times = async (person: string) => {
		const visitor = reader(person);
		const all = [lists.recent(visitor), lists.now(visitor), lists.toSearch(visitor), lists.page(visitor, 1)];
		const shown = (await Promise.all(all)).map((list) => list.rooms.filter((row) => row.id === room.id).length);
		const [found, heard] = await Promise.all([lists.find(visitor, 'secret'), lists.watched(visitor)]);
		return [...shown, found.length, heard.filter(({ id }) => id === room.id).length];
	};
	await makeOpen(store, events, room);
	expect([await times('ada'), await times('bo')]).toEqual([Array(6).fill(1), Array(6).fill(1)]);
	await makePrivate(store, events, room, { people: [], by: 'ada', formId: 'form-0000000000000004' }, NOW);
	expect([await times('ada'), await times('bo')]).toEqual([Array(6).fill(1), Array(6).fill(0)]);
	await makeOpen(store, events, room);
	expect(await times('bo')).toEqual(Array(6).fill(1));
});

test('a room that a person was added to is new in their list until they open it: later messages are unread, earlier ones are not', async () => {
	const { store, lists, reader } = await place(0);
	const events = eventsOn(store);
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'eve', formId: 'form-0000000000000001' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { id } = made.room;
	const say = async () => store.set(keys.message(id, await store.increment(keys.messageCount(id), 1)), '{}');
	const add = (history: 'all' | 'from now on') =>
		letIn(store, events, { room: id, person: 'ada', by: 'eve', history }, NOW);
	const shown = async () => {
		const row = (await lists.now(reader('ada'))).rooms.find((each) => each.id === id);
		return row && [row.unvisited ?? false, unreadInAll([row])];
	};
	for (const history of ['all', 'from now on'] as const) {
		for (let n = 0; n < 3; n++) await say();
		await add(history);
		expect(await shown()).toEqual([true, 0]);
		await say();
		expect(await shown()).toEqual([true, 1]);
		await store.patch(keys.roomState(id), JSON.stringify({ everyone: { 1: 'eve 0', 4: 'eve 0' } }));
		const count = Number(await store.get(keys.messageCount(id)));
		await markRead(store, events, 'ada', id, count);
		expect(await shown()).toEqual([false, 0]);
		// Read marks from before a removal do not count when they are added again.
		await removeMember(store, { room: id, person: 'ada' }, NOW);
		expect(await shown()).toBeUndefined();
	}
});

test('rooms in common are private rooms of both, and what a guest was let into; nothing that the visitor cannot read', async () => {
	const { store, kitchenId, lists, reader } = await place(1);
	const events = eventsOn(store);
	const ids: string[] = [];
	for (const [typed, person] of [
		['Both', 'ada'],
		['Hers', 'ada'],
		['Theirs', 'eve']
	] as const) {
		const made = await createPrivateRoom(store, { typed, person, formId: `form-00000000000000${typed}` }, NOW);
		if (!made.ok) throw new Error(made.because);
		ids.push(made.room.id);
	}
	const [both = '', , theirs = ''] = ids;
	for (const room of [both, theirs]) {
		await letIn(store, events, { room, person: 'bo', by: 'ada', history: 'all' }, NOW);
	}
	const inCommon = async (who: string | undefined, other: string, role: 'member' | 'guest' = 'member') =>
		(await lists.inCommon(reader(who), { id: other, role })).map(({ name }) => name);
	expect(await inCommon('ada', 'bo')).toEqual(['Both']);
	expect(await inCommon('eve', 'bo')).toEqual(['Theirs']);
	expect(await inCommon('ada', 'eve')).toEqual([]);
	expect(await inCommon('grace', 'bo')).toEqual([]);
	expect(await inCommon(undefined, 'bo')).toEqual([]);
	await addMember(store, { person: 'bo', room: kitchenId, by: 'ada', id: 'inguest' }, NOW);
	expect(await inCommon('ada', 'bo', 'guest')).toEqual(['Both', 'Kitchen']);
	await removeMember(store, { room: both, person: 'bo' }, NOW);
	expect(await inCommon('ada', 'bo')).toEqual([]);
});

test('a search finds rooms by a part of their name', async () => {
	const { lists, reader } = await place(3);
	expect((await lists.find(reader('ada'), 'FLOOD 2')).map(({ name }) => name)).toEqual(['Flood 2']);
});

test('unread counts are the numbers given out above the read mark, in the list and beside it', async () => {
	const { store, flood, lists, reader } = await place(120);
	const [one = '', two = ''] = flood;
	// Void numbers count too, because only the counter is read, never the messages.
	await store.increment(keys.messageCount(one), 10);
	await store.increment(keys.messageCount(two), 7);
	await markRead(store, eventsOn(store), 'ada', one, 4);
	await markRead(store, eventsOn(store), 'ada', two, 7);
	// A read mark from before a restore, above the counter.
	await store.set(keys.read('ada', two), '9');

	const list = await lists.now(reader('ada'));
	expect([unreadInAll(list.rooms), list.more?.unread]).toEqual([6, 0]);
	for (const id of flood.slice(2)) {
		await store.increment(keys.messageCount(id), 2);
		await store.set(keys.read('ada', id), '1');
	}
	const full = await lists.now(reader('ada'));
	expect([unreadInAll(full.rooms), full.more?.unread]).toEqual([105, 19]);
	expect(unreadInAll((await lists.now(reader('grace'))).rooms)).toBe(0);
});

test('direct messages: unread from the first on, a screenful in the list, all on pages of their own, and no place of a room taken', async () => {
	const { store, lists, reader } = await place(LISTED_ROOMS + 5);
	const count = LISTED_DIRECT + 5;
	for (let i = 0; i < count; i++) {
		const last = { n: 2, sender: 'Bo', text: `Text ${i}`, timestamp: NOW + i };
		const id = `1${String.fromCharCode(97 + i).repeat(25)}`;
		await store.set(keys.directRow('ada', id), JSON.stringify({ people: ['ada', `bo${i}`], last }));
	}
	const list = await lists.now(reader('ada', 'activity'));
	const direct = list.rooms.filter(({ kind }) => kind === 'direct');
	expect(direct.map(({ last }) => last?.timestamp)).toEqual(
		Array.from({ length: LISTED_DIRECT }, (_, i) => NOW + count - 1 - i)
	);
	expect(direct[0]).toMatchObject({ person: `bo${count - 1}`, read: 0, count: 2 });
	expect(list.rooms).toHaveLength(LISTED_ROOMS + LISTED_DIRECT);
	expect(list.more).toEqual({ unread: 5 * 2, messages: true });
	const page = await lists.messagesPage(reader('ada'), 1);
	expect(page.rooms.map(({ last }) => last?.text)).toEqual(
		Array.from({ length: count }, (_, i) => `Text ${count - 1 - i}`)
	);
	expect((await lists.page(reader('ada'), 1)).rooms.some(({ kind }) => kind === 'direct')).toBe(false);
	expect((await lists.now(reader('grace'))).rooms.some(({ kind }) => kind === 'direct')).toBe(false);
});

test('a choice of rooms to write in has starred and active ones first, and none that takes no message of the visitor', async () => {
	const { store, kitchenId, flood, lists, reader } = await place(4);
	const events = eventsOn(store);
	const made = await createPrivateRoom(store, { typed: 'Secret', person: 'eve', formId: 'form-0000000000000004' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const [archived = '', hidden = '', starred = ''] = flood;
	await archiveRooms(store, events, [archived], true);
	await chooseLevel(store, 'ada', hidden, { hidden: 0 });
	await starRoom(store, 'ada', starred, true);
	const offered = async (person: string | undefined, typed = '') =>
		(await lists.toWriteIn(reader(person), typed)).map(({ name }) => name);
	expect(await offered('ada')).toEqual(['Flood 2', 'Mine', 'Kitchen', 'Flood 3']);
	// A search finds hidden rooms too.
	expect(await offered('ada', 'flood')).toEqual(['Flood 1', 'Flood 2', 'Flood 3']);
	expect(await offered('ada', 'secret')).toEqual([]);
	expect(await offered('eve', 'secret')).toEqual(['Secret']);
	expect(await offered(undefined)).toEqual([]);
	// A guest reads all open rooms where everybody may read, and writes in those that they were let into.
	const guest = { ...reader('gus'), ...visitorOf('gus', 'guest') };
	expect(await lists.toWriteIn(guest, '')).toEqual([]);
	await addMember(store, { person: 'gus', room: kitchenId, by: 'ada', id: 'inguest' }, NOW);
	expect((await lists.toWriteIn({ ...guest }, '')).map(({ name }) => name)).toEqual(['Kitchen']);
});
