import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { visitorOf } from '../../../../tests/fixtures/visitors.ts';
import { Events } from '../events.ts';
import { MAX_EVERYONE_MARKS, MAX_PEOPLE_TOLD_HERE } from '../../chat/limits.ts';
import { everyoneMark } from '../../chat/rooms/everyone-marks.ts';
import { keys } from '../../chat/storage/keys.ts';
import { edit, publishChange, remove } from './changes.ts';
import type { Present } from './group-mentions.ts';
import { Posts } from './post-message.ts';
import { subscribeMessages } from './subscribers.ts';
import { readMentions } from './mentions.ts';
import { joinOpenly } from '../people/people.ts';
import { chooseLevel } from '../people/room-levels.ts';
import { changeStanding } from '../people/standing.ts';
import { createPrivateRoom, letIn } from '../members/private-rooms.ts';
import { markRead } from '../rooms/read-marks.ts';
import { createRoom, readRoomState } from '../rooms/rooms.ts';
import { OwnRooms } from '../room-list/own-rooms.ts';
import { RoomDirectory } from '../room-list/room-directory.ts';
import { RoomLists } from '../room-list/room-list.ts';

/** Ada has created the rooms; Grace and Bo have joined. */
async function place(present: Present = () => []) {
	const store = memoryStore();
	const events = new Events((error) => {
		throw error;
	});
	subscribeMessages(events, store, () => Promise.resolve(true), present);
	const ids = new Map<string, string>();
	for (const name of ['Ada', 'Grace', 'Bo']) {
		const joined = await joinOpenly(
			store,
			{ typed: name, formId: `form-00000000000000${name}`, placeName: 'Here' },
			NOW
		);
		if (!joined.ok) throw new Error(joined.because);
		ids.set(name, joined.person.id);
	}
	const id = (name: string) => ids.get(name) ?? name;
	const form = { person: id('Ada'), formId: 'form-0000000000000001' };
	const open = await createRoom(store, { typed: 'Kitchen', ...form }, NOW);
	const secret = await createPrivateRoom(store, { typed: 'Secret', ...form }, NOW);
	if (!open.ok || !secret.ok) throw new Error('No room');
	const posts = new Posts(store, () => NOW, events);
	let sends = 0;
	const say = async (sender: string, message: string, room = open.room.id) => {
		const sendId = `send-${String(sends++).padStart(15, '0')}`;
		const posted = await posts.post({ room, person: id(sender), sender, day: '20261123', sendId, message });
		if (!posted.ok) throw new Error(posted.because);
		return posted;
	};
	const mentionsOf = async (name: string, room = open.room.id) => {
		const own = new OwnRooms(
			store,
			() => 0,
			() => Promise.resolve([])
		);
		const lists = new RoomLists(store, new RoomDirectory(store, () => 0), own, () => 0);
		const { rooms } = await lists.now({ ...visitorOf(id(name)), roomOrder: () => 'name' as const });
		return rooms.find((row) => row.id === room)?.mentions;
	};
	const visit = (name: string, n = 0, room = open.room.id) => markRead(store, events, id(name), room, n);
	return { store, events, id, room: open.room.id, secret: secret.room.id, say, mentionsOf, visit };
}

test('@everyone mentions all who read the room, and writes one record for all of them', async () => {
	const { store, room, id, say, mentionsOf, visit } = await place();
	await visit('Grace');
	const { message, unnotified } = await say('Ada', 'Soup, @everyone!');
	expect(message.mentions).toEqual([{ person: '*everyone', name: 'everyone' }]);
	expect(unnotified).toEqual({ people: [], groups: [] });
	expect((await readRoomState(store, room)).everyone).toEqual({ 1: everyoneMark(id('Ada'), NOW) });
	expect((await store.range('mention:', 'mention:~', 10)).records).toEqual([]);
	// Bo has never opened the room, and Ada wrote it.
	expect([await mentionsOf('Grace'), await mentionsOf('Bo'), await mentionsOf('Ada')]).toEqual([[1], [1], undefined]);
	// What was written before somebody joined the place is not for them.
	const zed = await joinOpenly(store, { typed: 'Zed', formId: 'form-000000000000Zed', placeName: 'Here' }, NOW + 5_000);
	if (!zed.ok) throw new Error(zed.because);
	expect(await mentionsOf(zed.person.id)).toBeUndefined();
	await visit('Grace', 1);
	expect(await mentionsOf('Grace')).toBeUndefined();
});

test('a person who may not write @everyone and @here sends plain text, and is told so', async () => {
	const { store, room, id, say, mentionsOf, visit } = await place(() => ['ada']);
	await visit('Ada');
	const { message, unnotified } = await say('Grace', '@everyone and @here, and @Ada');
	expect(message.mentions).toEqual([{ person: id('Ada'), name: 'Ada' }]);
	expect(unnotified).toEqual({ people: [], groups: ['everyone', 'here'] });
	expect((await readRoomState(store, room)).everyone).toBeUndefined();
	expect(await mentionsOf('Ada')).toEqual([1]);
	expect((await say('Grace', 'in code: `@everyone`, and me@everyone')).unnotified?.groups ?? []).toEqual([]);
	// An operator may, in any open room.
	await changeStanding(store, id('Grace'), 'role', 'operator');
	expect((await say('Grace', '@everyone')).unnotified?.groups).toEqual([]);
});

test('where the place does not show who is here, @here tells nobody, and its sender is told so', async () => {
	const { say, mentionsOf, visit } = await place('off');
	await visit('Grace');
	const { message, unnotified } = await say('Ada', '@here and @everyone');
	expect(message.mentions).toEqual([{ person: '*everyone', name: 'everyone' }]);
	expect(unnotified).toEqual({ people: [], groups: [], hereIsOff: true });
	expect(await mentionsOf('Grace')).toEqual([1]);
	expect((await say('Grace', '@here')).unnotified).toEqual({ people: [], groups: ['here'] });
});

test('an edit and a deletion take the mentions of everyone and of those here back', async () => {
	const people: string[] = [];
	const { store, events, room, id, say, mentionsOf, visit } = await place(() => people);
	people.push(id('Ada'), id('Grace'), id('Bo'));
	await visit('Grace');
	await say('Ada', '@everyone soup');
	await say('Ada', '@here tea');
	// Bo is here and does not read the room.
	expect([await mentionsOf('Grace'), await mentionsOf('Bo')]).toEqual([[1, 2], [1]]);
	expect(await readMentions(store, id('Bo'))).toEqual(new Map());
	for (const [n, text] of [
		[1, 'soup'],
		[2, 'tea']
	] as const) {
		const edited = await edit(store, { room, n, person: id('Ada') }, text, () => NOW);
		if (!edited.ok) throw new Error(edited.because);
		await publishChange(events, room, edited);
	}
	expect(await mentionsOf('Grace')).toBeUndefined();
	expect(await store.get(keys.toldHere(room, 2))).toBeUndefined();

	await say('Ada', '@everyone and @here');
	expect(await mentionsOf('Grace')).toEqual([3]);
	await remove(store, { room, n: 3, person: id('Ada') }, 'member', () => NOW);
	expect(await mentionsOf('Grace')).toBeUndefined();
	expect((await store.range('toldhere:', 'toldhere:~', 10)).records).toEqual([]);
	await events.settle();
});

test('a room keeps its newest marks of everyone, and @here tells a bounded number of people', async () => {
	const people: string[] = [];
	const { store, events, room, id, say } = await place(() => people);
	for (let i = 0; i <= MAX_PEOPLE_TOLD_HERE; i++) {
		people.push(`person${i}`);
		await markRead(store, events, `person${i}`, room, 0);
	}
	for (let n = 1; n <= MAX_EVERYONE_MARKS + 3; n++) await say('Ada', '@everyone');
	const marks = (await readRoomState(store, room)).everyone ?? {};
	expect(Object.keys(marks).map(Number)).toEqual(Array.from({ length: MAX_EVERYONE_MARKS }, (_, i) => i + 4));
	expect(JSON.stringify(marks).length).toBeLessThan(1_500);
	const { message } = await say('Ada', '@here');
	expect((await store.range('mention:', 'mention:~', 1_000)).records).toHaveLength(MAX_PEOPLE_TOLD_HERE);
	expect((await store.get(keys.toldHere(room, message.n)))?.length).toBeLessThan(3_000);
	expect(id('Ada')).not.toBe('');
});

test('a mention of somebody who may not read a private room tells nobody, and the sender is told who', async () => {
	const { store, events, secret, id, say, mentionsOf } = await place();
	await letIn(store, events, { room: secret, person: id('Grace'), by: id('Ada'), history: 'all' }, NOW);
	const { message, unnotified } = await say('Ada', '@Grace and @Bo, and @everyone', secret);
	expect(message.mentions).toEqual([
		{ person: id('Grace'), name: 'Grace' },
		{ person: '*everyone', name: 'everyone' }
	]);
	expect(unnotified).toEqual({ people: ['Bo'], groups: [] });
	expect(await readMentions(store, id('Bo'))).toEqual(new Map());
	expect(await mentionsOf('Grace', secret)).toEqual([1]);
	// Whoever comes in from now on is not mentioned by what was before.
	await letIn(store, events, { room: secret, person: id('Bo'), by: id('Ada'), history: 'from now on' }, NOW);
	expect(await mentionsOf('Bo', secret)).toBeUndefined();
	await say('Ada', '@everyone, Bo too', secret);
	expect(await mentionsOf('Bo', secret)).toEqual([2]);
	await chooseLevel(store, id('Bo'), secret, { level: 'nothing' });
	await events.settle();
});
