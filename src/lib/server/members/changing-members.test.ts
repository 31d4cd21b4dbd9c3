import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { visitorOf as visitor } from '../../../../tests/fixtures/visitors.ts';
import { MAX_LINE_BYTES } from '../../chat/limits.ts';
import type { Change } from '../../chat/messages/change.ts';
import { changed } from '../../chat/messages/message-view.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readSince } from '../history/catch-up.ts';
import { readPage } from '../history/history.ts';
import { isMessage, readShown } from '../messages/annotations.ts';
import { remove } from '../messages/changes.ts';
import { roomFor, type RoomEntry } from '../rooms/access.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { addByName, removePerson } from './changing-members.ts';
import { createPrivateRoom } from './private-rooms.ts';
import { writeLine } from './room-lines.ts';
import { claimName } from '../names/name-claims.ts';
import type { Role } from '../../chat/people/role.ts';
import { PEOPLE_NAMES } from '../people/person-names.ts';

const ADA = { id: 'a'.repeat(26), name: 'Ada' };

async function setUp(messages = 1) {
	const store = memoryStore();
	const events = eventsOn(store);
	const people = new Map<string, string>();
	const introduce = async (name: string, role: Role = 'member', more: object = {}) => {
		const id = (name.toLowerCase().replace(/[^a-z]/g, '') + 'a'.repeat(26)).slice(0, 26);
		const person = { id, name, createdAt: NOW };
		await claimName(store, PEOPLE_NAMES, person);
		await store.set(keys.person(id), JSON.stringify(person));
		await store.set(keys.standing(id), JSON.stringify({ role, ...more }));
		people.set(name, id);
		return id;
	};
	await introduce('Ada');
	ADA.id = people.get('Ada') ?? '';
	const made = await createPrivateRoom(
		store,
		{ typed: 'Secret', person: ADA.id, formId: 'form-0000000000000001' },
		NOW
	);
	if (!made.ok) throw new Error(made.because);
	const { room } = made;
	for (let n = 1; n <= messages; n++) await store.set(keys.message(room.id, n), JSON.stringify(said(room.id, n)));
	if (messages > 0) await store.increment(keys.messageCount(room.id), messages);
	const enter = async (person = ADA.id, role: Role = 'member'): Promise<RoomEntry> => {
		const found = await roomFor(store, visitor(person, role), room.slug, 'manage');
		if (!found.ok) throw new Error(found.error);
		return found;
	};
	const add = async (typed: string, history = 'all', entry?: RoomEntry, operates = false) =>
		addByName(store, events, { entry: entry ?? (await enter()), by: ADA, typed, history, operates }, () => NOW);
	return { store, events, room, introduce, enter, add };
}

test('who is added is said in a line behind the newest message, and the room has another last adding', async () => {
	const { store, room, introduce, add } = await setUp(2);
	await introduce('Mara');
	await introduce('Tom');
	expect(await add('mara')).toMatchObject({ ok: true, person: { name: 'Mara' } });
	const { added } = await readRoomState(store, room.id);
	expect(added).toMatch(/^[a-z2-7]{12}$/);
	expect(await add('Tom')).toMatchObject({ ok: true });
	expect((await readRoomState(store, room.id)).added).not.toBe(added);
	const { messages } = await readPage(store, room.id, undefined, NOW);
	expect(messages.map(({ n, line }) => [n, line?.text])).toEqual([
		[1, undefined],
		[2, 'Ada added Mara, Tom']
	]);
	const news = await readSince(store, room.id, { message: 2, change: 0, holes: [] }, NOW);
	expect(news).toMatchObject({ messages: [], changes: [{ text: 'Ada added Mara' }, { text: 'Ada added Mara, Tom' }] });
});

test('every refusal is a value, and adds nobody', async () => {
	const { store, room, introduce, add, enter } = await setUp();
	await introduce('Mara');
	await introduce('Bob', 'member', { blocked: true });
	expect(await add('  ')).toMatchObject({ because: 'empty' });
	expect(await add('Nobody')).toMatchObject({ because: 'no-person' });
	expect(await add('Ada')).toMatchObject({ because: 'already', name: 'Ada' });
	expect(await add('Mara', 'some of it')).toMatchObject({ because: 'no-choice' });
	// Only operators know who is blocked.
	expect(await add('Bob')).toMatchObject({ because: 'no-person' });
	expect(await add('Bob', 'all', undefined, true)).toMatchObject({ because: 'shut-out' });
	// Who came in later gives no more than they have.
	expect(await add('Mara', 'all', { ...(await enter()), from: 2 })).toMatchObject({ because: 'no-history' });
	const records = (await store.range(keys.membersOf(room.id).start, keys.membersOf(room.id).end, 10)).records;
	expect(records).toHaveLength(1);
});

test('a guest can be added; in an open room, only a guest has to be', async () => {
	const { introduce, add, enter } = await setUp();
	await introduce('Gus', 'guest');
	await introduce('Mara');
	const open = { ...(await enter()), kind: 'open' as const };
	expect(await add('Mara', 'all', open)).toMatchObject({ because: 'reads-already' });
	expect(await add('Gus')).toMatchObject({ ok: true });
});

test('a removal is said in a line, and a second one is refused', async () => {
	const { store, events, room, introduce, add, enter } = await setUp();
	const id = await introduce('Mara');
	await add('Mara');
	const removal = async (person: string) =>
		removePerson(store, events, { entry: await enter(), id: person, by: ADA }, () => NOW);
	expect(await removal(ADA.id)).toMatchObject({ because: 'use-leave' });
	expect(await removal('no id, and long')).toMatchObject({ because: 'no-person' });
	expect(await removal(id)).toMatchObject({ ok: true });
	expect(await removal(id)).toMatchObject({ because: 'not-a-member', name: 'Mara' });
	const { messages } = await readPage(store, room.id, undefined, NOW);
	expect(messages[0]?.line?.text).toBe('Ada added Mara · Ada removed Mara');
});

test('a line of a room without messages stands above the first, and a deleted message keeps its line', async () => {
	const { store, events, room } = await setUp(0);
	const early = async () => (await readPage(store, room.id, undefined, NOW)).early;
	expect(await early()).toBeUndefined();
	await writeLine(store, events, room.id, { did: 'left', name: 'Ümit' }, () => NOW);
	const line = { kind: 'line', n: 1, m: 1, text: '', above: '\u2068Ümit\u2069 left' };
	expect(await early()).toEqual([{ ...line, timestamp: NOW }]);
	await store.set(keys.message(room.id, 1), JSON.stringify(said(room.id, 1)));
	await store.increment(keys.messageCount(room.id), 1);
	const [first] = (await readShown(store, room.id, 1, 1)).filter(isMessage);
	expect(first?.line).toEqual({ m: 1, text: '', above: '\u2068Ümit\u2069 left' });
	await writeLine(store, events, room.id, { did: 'left', name: 'Tom' }, () => NOW);
	const [later] = (await readShown(store, room.id, 1, 1)).filter(isMessage);
	expect(later?.line).toEqual({ m: 2, text: 'Tom left', above: '\u2068Ümit\u2069 left' });
	await remove(store, { room: room.id, n: 1, person: first?.person ?? '' }, 'member', () => NOW);
	expect((await readShown(store, room.id, 1, 1)).filter(isMessage)[0]).toMatchObject({ deleted: true, line: { m: 2 } });
});

test('several who left are one sentence', async () => {
	const { store, events, room } = await setUp(1);
	const leave = (name: string) => writeLine(store, events, room.id, { did: 'left', name }, () => NOW);
	const text = async () => (await readShown(store, room.id, 1, 1)).filter(isMessage)[0]?.line?.text;
	await writeLine(store, events, room.id, { did: 'private', by: 'Ada' }, () => NOW);
	await leave('Cyn Oke');
	expect(await text()).toBe('Ada made this room private · Cyn Oke left');
	await leave('Bob Ray');
	expect(await text()).toBe('Ada made this room private · Cyn Oke and Bob Ray left');
	await leave('Ann Bell');
	await writeLine(store, events, room.id, { did: 'added', by: 'Ada', name: 'Tom' }, () => NOW);
	expect(await text()).toBe('Ada made this room private · Cyn Oke, Bob Ray and Ann Bell left · Ada added Tom');
});

test('a line behind numbers that became no message stands behind the message before them', async () => {
	const { store, events, room } = await setUp(1);
	await store.increment(keys.messageCount(room.id), 2);
	await writeLine(store, events, room.id, { did: 'private', by: 'Ada' }, () => NOW);
	expect((await readShown(store, room.id, 1, 1)).filter(isMessage)[0]?.line?.text).toBe('Ada made this room private');
});

test('many names are counted where they would not fit', async () => {
	const { store, events, room } = await setUp(1);
	for (let i = 0; i < 60; i++)
		await writeLine(store, events, room.id, { did: 'added', by: 'Ada', name: `${'x'.repeat(38)}${i}` }, () => NOW);
	const text = (await readShown(store, room.id, 1, 1)).filter(isMessage)[0]?.line?.text ?? '';
	expect(text).toMatch(/ and \d+ more$/);
	expect(Buffer.byteLength(text)).toBeLessThan(MAX_LINE_BYTES + 20);
});

test('an open page shows the line with the highest number, in any order and with repeats', () => {
	const message = { ...said('room', 1) };
	const line = (m: number, text: string): Change => ({ kind: 'line', m, n: 1, timestamp: NOW, text });
	const [first, second] = [line(4, 'Ada added Mara'), line(5, 'Ada added Mara, Tom')];
	const shown = changed(changed(message, first), second);
	expect(shown.line?.text).toBe('Ada added Mara, Tom');
	expect(changed(changed(message, second), first)).toEqual(shown);
	expect(changed(shown, second)).toBe(shown);
	expect(changed(shown, { kind: 'delete', m: 6, n: 1, timestamp: NOW }).line).toEqual(shown.line);
});
