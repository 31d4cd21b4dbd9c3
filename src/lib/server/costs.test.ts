/** Store operations of common requests. The lists are complete, so a new operation fails the test. */
import type { Cookies } from '@sveltejs/kit';
import { expect, test } from 'vitest';
import type { Hpkv } from '../../hpkv/port.ts';
import { memoryStore } from '../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../tests/fixtures/kitchen.ts';
import { visitorOf, visitorOptions } from '../../../tests/fixtures/visitors.ts';
import { countingStore } from '../../../tests/support/counting-store.ts';
import { eventsOn } from '../../../tests/support/events.ts';
import { unlistedId } from '../chat/rooms/kind.ts';
import { keys } from '../chat/storage/keys.ts';
import { startDirect } from './direct/direct-rooms.ts';
import { digest } from './storage/ids.ts';
import { RoomDirectory } from './room-list/room-directory.ts';
import { readSince } from './history/catch-up.ts';
import { joinOpenly } from './people/people.ts';
import { Posts } from './messages/post-message.ts';
import { markRead } from './rooms/read-marks.ts';
import { roomFor } from './rooms/access.ts';
import { createPrivateRoom } from './members/private-rooms.ts';
import { watchToken } from './rooms/subscribe-token.ts';
import { OwnRooms } from './room-list/own-rooms.ts';
import { RoomLists } from './room-list/room-list.ts';
import { openRoom } from './views/open-room.ts';
import { createRoom, findRoom, readRoomState } from './rooms/rooms.ts';
import { openSession } from './people/sessions.ts';
import { Visitor } from './people/visitor.ts';

/** A store that counts round trips and records each operation with the kind of its key: `get read`. */
function noted(inner: Hpkv) {
	const operations: string[] = [];
	let bytes = 0;
	const note = (operation: string, key: string) => operations.push(`${operation} ${key.split(':')[0]}`);
	const { store, counts } = countingStore({
		...inner,
		// As a hosted store: the directory has to read.
		hearsAllWrites: false,
		onWritten: () => undefined,
		get: (key) => (note('get', key), inner.get(key)),
		set: (key, value) => (note('set', key), inner.set(key, value)),
		patch: (key, value) => (note('append', key), inner.patch(key, value)),
		increment: (key, by) => (note('increment', key), inner.increment(key, by)),
		range: async (start, end, limit) => {
			note('range', start);
			const found = await inner.range(start, end, limit);
			for (const { key, value } of found.records) bytes += Buffer.byteLength(key + value);
			return found;
		}
	});
	return {
		store,
		operations: () => operations.splice(0).sort(),
		roundTrips: () => counts.roundTrips,
		bytes: () => bytes
	};
}

const ownRooms = (store: Hpkv) =>
	new OwnRooms(
		store,
		() => 0,
		() => Promise.resolve([])
	);

/** A room `kitchen` with this many messages, other rooms, and Grace, who has a read mark in each. */
async function building({ messages, rooms = 3 }: { messages: number; rooms?: number }) {
	const inner = memoryStore();
	const room = await kitchen(inner, messages);
	const grace = await joinOpenly(inner, { typed: 'Grace', formId: 'form-0000000000000002', placeName: 'Parley' }, NOW);
	if (!grace.ok) throw new Error(grace.because);
	const person = grace.person.id;
	const token = await openSession(
		inner,
		grace.person,
		{ generation: grace.generation, device: { browser: 'Firefox', address: '127.0.0.1' } },
		Date.now()
	);
	for (let i = 0; i < rooms - 1; i++) {
		const form = { typed: `Room ${i}`, person: 'ada', formId: 'form-0000000000000003' };
		const made = await createRoom(inner, form, NOW);
		if (!made.ok) throw new Error(made.because);
		const last = {
			n: 1,
			sender: 'Ada',
			text: 'What was said, as long as a list shows it. '.repeat(3).slice(0, 120),
			timestamp: NOW
		};
		await inner.increment(keys.messageCount(made.room.id));
		await inner.set(keys.last(made.room.id), JSON.stringify(last));
		await markRead(inner, eventsOn(inner), person, made.room.id, 0);
	}
	await markRead(inner, eventsOn(inner), person, room, messages);
	const counted = noted(inner);
	const directory = new RoomDirectory(counted.store, () => 0);
	const cookies = { get: (name: string) => (name === 'session' ? token : undefined) } as unknown as Cookies;
	const visit = () => new Visitor(counted.store, cookies, new URL('http://parley.test/'), visitorOptions(inner));
	const lists = new RoomLists(counted.store, directory, ownRooms(counted.store), () => 0);
	return { ...counted, inner, room, person, lists, visit };
}

/** The two parallel loads of a room's page. */
async function openPage({ store, lists, visit }: Awaited<ReturnType<typeof building>>) {
	const visitor = visit();
	const [opened, list] = await Promise.all([
		openRoom(store, { visitor, address: 'kitchen', place: undefined, company: true }, NOW),
		lists.recent(visitor),
		visitor.session()
	]);
	if (!opened.ok) throw new Error(opened.error);
	return { opened, list };
}

const PAGE = [
	'get changes',
	'get messages',
	'get read',
	'get roomstate',
	'get session',
	'get slug',
	'get standing',
	'get stars',
	'range dm',
	'range here',
	'range level',
	'range mark',
	'range memberof',
	'range mention',
	'range message',
	'range read'
];
const ROOMS = ['range last', 'range messages', 'range opened', 'range room', 'range roomstate'];
/** What a person's list needs beside the rooms. */
const OWN = ['get stars', 'range dm', 'range level', 'range memberof', 'range mention', 'range read'];
/** The list of rooms, on every page: beside the session, and the rooms where they are not known. */
const LIST = ['get session', 'get standing', ...OWN];

test('a room’s page costs sixteen operations in three dependent round trips, whatever the length of its history', async () => {
	for (const messages of [50, 10_000]) {
		const here = await building({ messages });
		const { opened, list } = await openPage(here);
		expect([opened.page.messages.length, opened.readTo, list.rooms.length]).toEqual([50, messages, 3]);
		expect(here.operations()).toEqual([...PAGE, ...ROOMS].sort());
		expect(here.roundTrips()).toBe(3);
		// The list of rooms is cached for the second page.
		await openPage(here);
		expect(here.operations()).toEqual(PAGE);
		expect(here.roundTrips()).toBe(6);
	}
});

test('a room’s page at the first unread message costs as much as the newest page', async () => {
	const here = await building({ messages: 3_000 });
	await here.inner.set(keys.read(here.person, here.room), '1000');
	const { opened } = await openPage(here);
	expect(opened.page.messages[0]?.n).toBe(991);
	expect(here.operations()).toEqual([...PAGE, ...ROOMS].sort());
	expect(here.roundTrips()).toBe(3);
});

test('a room’s page with replies looks up the answered messages that are not on it, in one round trip more', async () => {
	const here = await building({ messages: 3_000 });
	const replyTo = (n: number, re: number) =>
		here.inner.set(keys.message(here.room, n), JSON.stringify({ ...said(here.room, n), re }));
	await replyTo(2_990, 2_980);
	await openPage(here);
	// The answered message is on the page.
	expect(here.operations()).toEqual([...PAGE, ...ROOMS].sort());
	expect(here.roundTrips()).toBe(3);
	for (const [n, re] of [
		[2_991, 7],
		[2_992, 7],
		[2_993, 8]
	] as const)
		await replyTo(n, re);
	const { opened } = await openPage(here);
	expect(opened.page.messages.filter(({ answered }) => answered)).toHaveLength(4);
	const LOOKUP = ['get message', 'range mark'];
	expect(here.operations()).toEqual([...PAGE, ...LOOKUP, ...LOOKUP].sort());
	expect(here.roundTrips()).toBe(3 + 4);
});

test('a room’s page after many changes reads twenty of them, in three round trips', async () => {
	const here = await building({ messages: 100 });
	for (let m = 1; m <= 200; m++) {
		const change = { m, n: 3, kind: 'react', timestamp: NOW, person: 'ada', name: 'Ada', emoji: '👍', on: true };
		await here.inner.set(keys.change(here.room, m), JSON.stringify(change));
	}
	await here.inner.increment(keys.changeCount(here.room), 200);
	await openPage(here);
	expect(here.operations()).toEqual([...PAGE, ...ROOMS, 'range change'].sort());
	expect(here.roundTrips()).toBe(3);
});

test('a send to a hosted store costs six operations before its answer and seven after it, whatever the length of the history', async () => {
	for (const messages of [0, 10_000]) {
		const { store, operations, roundTrips, room, person } = await building({ messages });
		const events = eventsOn(store);
		const hearing = { keptMs: () => 60_000, since: () => 0, caughtUp: () => Promise.resolve(true) };
		const posts = new Posts(store, () => NOW, events, { hearing });
		const draft = { room, person, sender: 'Grace', day: '20261123', sendId: 'send-000000000000001', message: 'Tea?' };
		const answer = ['get roomstate', 'increment messages', 'append sent', 'get sent', 'range message', 'set message'];
		// The node hears what others are given: for a minute, the counter is known not to be behind its records.
		const next = answer.filter((each) => each !== 'range message');
		const behind = ['get roomstate', 'set live', 'set last', 'get read', 'set read', 'set readlive', 'get mark'];
		expect(await posts.post(draft)).toMatchObject({ ok: true, message: { n: messages + 1 } });
		// The background work has begun in the same turn.
		expect(roundTrips()).toBe(6);
		await events.settle();
		expect(operations()).toEqual([...answer, ...behind].sort());

		// A reply reads the counter first, and no message.
		await posts.post({ ...draft, sendId: 'send-000000000000002', re: 1 + messages });
		await events.settle();
		expect(operations()).toEqual([...next, 'get messages', ...behind].sort());

		// A retry finds the message and reads its current text.
		await posts.post(draft);
		await events.settle();
		const state = ['get roomstate', 'get roomstate'];
		const found = ['get mark', 'get message', ...state, 'get sent', 'range mark', 'set live'];
		expect(operations()).toEqual(found);
	}
});

test('a private room costs a page two operations more than an open room, and a send none more', async () => {
	const here = await building({ messages: 5 });
	const { inner, store, lists, person } = here;
	const made = await createPrivateRoom(inner, { typed: 'Secret', person, formId: 'form-0000000000000004' }, NOW);
	if (!made.ok) throw new Error(made.because);
	const { room } = made;
	await inner.set(keys.message(room.id, 1), JSON.stringify(said(room.id, 1)));
	await inner.increment(keys.messageCount(room.id));
	const open = async (address: string) => {
		const visitor = here.visit();
		const [opened] = await Promise.all([
			openRoom(store, { visitor, address, place: undefined, company: true }, NOW),
			visitor.session()
		]);
		if (!opened.ok) throw new Error(opened.error);
		return here.operations();
	};
	expect(await open(room.slug)).toEqual(
		[
			...(await open('kitchen')).filter((each) => each !== 'get slug'),
			'get room',
			'get memberof',
			'get roomstate'
		].sort()
	);
	const send = async (address: string, sendId: string) => {
		const entry = await roomFor(store, here.visit(), address, 'write');
		if (!entry.ok) throw new Error(entry.error);
		const events = eventsOn(store);
		const draft = { room: entry.room.id, person, sender: 'Grace', day: '20261123', sendId, message: 'Tea?' };
		await new Posts(store, () => NOW, events).post(draft, entry);
		await events.settle();
		return here.operations();
	};
	const openly = await send('kitchen', 'send-000000000000001');
	const privately = await send(room.slug, 'send-000000000000002');
	// In place of the look-up of the address: the room, and whether the sender is its member.
	expect(privately).toEqual([...openly.filter((each) => each !== 'get slug'), 'get room', 'get memberof'].sort());

	// The lists: two ranges and the person's own rooms, whose rows are kept in memory where the store reports all writes.
	const list = await lists.recent(here.visit());
	expect(list.rooms.map(({ name, kind }) => [name, kind])).toContainEqual(['Secret', 'private']);
	const row = ['get last', 'get messages', 'get room', 'get roomstate'];
	expect(here.operations()).toEqual([...ROOMS, ...LIST, ...row].sort());
});

test('a token for fifty private rooms costs two operations, once their rows are known', async () => {
	const here = await building({ messages: 5 });
	const { inner, person } = here;
	for (let i = 0; i < 50; i++) {
		await createPrivateRoom(inner, { typed: `Secret ${i}`, person, formId: 'form-0000000000000004' }, NOW);
	}
	const store: Hpkv = { ...here.store, hearsAllWrites: true };
	const directory = new RoomDirectory(store, () => 0);
	const lists = new RoomLists(store, directory, ownRooms(store), () => 0);
	await lists.watched(here.visit());
	here.operations();
	const visitor = here.visit();
	await visitor.session();
	here.operations();
	const rooms = await lists.watched(visitor);
	// Three open rooms are heard too.
	expect(rooms).toHaveLength(53);
	expect(rooms.filter(({ epoch }) => epoch !== undefined)).toHaveLength(50);
	expect(here.operations()).toEqual(['range dm', 'range memberof']);
	await watchToken({ ...store, token: () => Promise.resolve('token') }, { person, holders: [] }, rooms);
	expect(here.operations()).toEqual([]);
});

test('a direct message costs its sender one operation more than a message in an open room; the first one tells the others', async () => {
	const here = await building({ messages: 5 });
	const { inner, store, person } = here;
	const others = ['bo', 'cy', 'dee', 'eve', 'fay', 'gus', 'hal'];
	for (const id of others) await inner.set(keys.person(id), JSON.stringify({ id, name: id, createdAt: 1 }));
	const started = await startDirect(inner, { by: person, others }, NOW);
	if (!started.ok) throw new Error(started.because);
	const send = async (address: string, sendId: string) => {
		const entry = await roomFor(store, here.visit(), address, 'write');
		if (!entry.ok) throw new Error(entry.error);
		const events = eventsOn(store);
		const draft = { room: entry.room.id, person, sender: 'Grace', day: '20261123', sendId, message: 'Tea?' };
		await new Posts(store, () => NOW, events).post(draft, entry);
		const answered = here.operations();
		await events.settle();
		return { answered, all: [...answered, ...here.operations()].sort() };
	};
	const openly = await send('kitchen', 'send-000000000000001');
	await send(started.room.slug, 'send-000000000000002');
	const directly = await send(started.room.slug, 'send-000000000000003');
	const rows = [
		...[...Array<string>(8).fill('set dm'), ...Array<string>(8).fill('set list'), 'get dm', 'get mark'],
		// Whether there is a newer message, before the rows are set and after.
		...['get messages', 'get messages']
	];
	// In place of the look-up of the address: the room, and whether the sender is in it.
	const asked = openly.all.filter((each) => each !== 'get slug');
	expect(directly.all).toEqual([...asked, 'get room', 'get memberof', ...rows].sort());
	expect(directly.answered).not.toContain('set dm');
});

test('a person’s list costs the same operations and bytes, however many rooms others have', async () => {
	const costs = await Promise.all(
		[0, 1_000].map(async (rooms) => {
			const here = await building({ messages: 5 });
			const { inner, person, lists, visit } = here;
			await createPrivateRoom(inner, { typed: 'Secret', person, formId: 'form-0000000000000004' }, NOW);
			await othersTalk(inner, rooms);
			await lists.recent(visit());
			const operations = here.operations();
			const bytes = here.bytes();
			const list = await lists.recent(visit());
			return { operations, later: here.operations(), bytes, rooms: list.rooms.map(({ name }) => name) };
		})
	);
	expect(costs[1]).toEqual(costs[0]);
	expect(costs[0]?.rooms).toHaveLength(4);
});

/** Direct rooms of people who are not the reader, as the first message leaves them. */
async function othersTalk(store: Hpkv, rooms: number): Promise<void> {
	for (let i = 0; i < rooms; i++) {
		const id = unlistedId(
			'1',
			digest(`room ${i}`)
				.toLowerCase()
				.replace(/[^a-z2-7]/g, 'a')
				.padEnd(25, 'a')
		);
		const people = [`person${i}`, `person${i + 1}`];
		const last = JSON.stringify({ n: 1, sender: 'Bo', text: 'Hello', timestamp: NOW });
		const member = JSON.stringify({ in: { direct: { by: people[0], since: NOW } } });
		await Promise.all([
			store.set(
				keys.room(id),
				JSON.stringify({ id, slug: `~${id}`, name: '', createdAt: NOW, createdBy: 'bo', people })
			),
			store.set(keys.roomState(id), JSON.stringify({ e: 'epoch', es: { epoch: 1 } })),
			store.set(keys.messageCount(id), '1'),
			store.set(keys.message(id, 1), JSON.stringify(said(id, 1))),
			store.set(keys.last(id), last),
			...people.flatMap((person) => [
				store.set(keys.memberOf(person, id), member),
				store.set(keys.directRow(person, id), JSON.stringify({ people, last: JSON.parse(last) as object }))
			])
		]);
	}
}

test('since costs six operations, with or without new entries', async () => {
	for (const behind of [0, 1, 500]) {
		const { store, operations, roundTrips, room } = await building({ messages: 600 });
		const cursor = { message: 600 - behind, holes: [], change: 0 };
		const found = await findRoom(store, 'kitchen');
		const [news] = await Promise.all([readSince(store, found?.id ?? room, cursor, NOW), readRoomState(store, room)]);
		expect(news).toMatchObject({ cursor: { message: 600 } });
		expect(operations()).toEqual(
			['get slug', 'get roomstate', 'get messages', 'get changes', 'range message', 'range mark'].sort()
		);
		expect(roundTrips()).toBe(3);
	}
});

test('the list costs every page five operations beside the session, in no round trip of its own', async () => {
	const { operations, roundTrips, lists, visit } = await building({ messages: 5 });
	const visitor = visit();
	await Promise.all([lists.recent(visitor), visitor.session()]);
	expect(operations()).toEqual([...ROOMS, ...LIST].sort());
	expect(roundTrips()).toBe(2);
	// The page of `/` shows it too, and reads nothing twice.
	const other = visit();
	await Promise.all([lists.recent(other), lists.home(other), lists.page(other, 1), other.session()]);
	expect(operations()).toEqual(LIST);
	expect(roundTrips()).toBe(4);
});

test('of a thousand rooms, a page lists a hundred: 20 kB of data, and half a kilobyte a room is read', async () => {
	const { operations, roundTrips, bytes, person, lists } = await building({ messages: 5, rooms: 1_000 });
	const all = await lists.toSearch(visitorOf(person));
	expect(all.rooms).toHaveLength(1_000);
	expect(operations()).toEqual([...ROOMS, ...OWN].sort());
	expect(roundTrips()).toBe(1);
	expect(bytes() / 1_000).toBeLessThan(600);
	expect(Buffer.byteLength(JSON.stringify(all)) / 1_000).toBeLessThan(200);

	const { rooms, more } = await lists.recent(visitorOf(person), 'kitchen');
	expect([rooms.length, more?.unread]).toEqual([100, 900]);
	// Read, and the last of the order by activity: it is listed because it is open.
	expect(rooms.map(({ slug }) => slug)).toContain('kitchen');
	expect(operations()).toEqual(OWN);
	expect(Buffer.byteLength(JSON.stringify(rooms))).toBeLessThan(20_000);
});
