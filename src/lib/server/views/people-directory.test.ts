import { expect, test } from 'vitest';
import type { Hpkv, WriteListener } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen } from '../../../../tests/fixtures/kitchen.ts';
import { matchNames } from '../../chat/search/name-search.ts';
import type { Role } from '../../chat/people/role.ts';
import { keys } from '../../chat/storage/keys.ts';
import { changeStanding } from '../people/standing.ts';
import { addMember } from '../rooms/memberships.ts';
import { findRoom } from '../rooms/rooms.ts';
import { mentionableNames } from './mentionable-names.ts';
import { PeopleDirectory } from './people-directory.ts';

/** A store that reports the writes of its own client, or of all, and counts the reads of people. */
function node(inner: Hpkv, { all = true } = {}) {
	const listeners: WriteListener[] = [];
	const written = (key: string, value: string) => listeners.forEach((listener) => listener(key, value));
	const clock = { now: 0 };
	const reads = { ranges: 0, gets: 0 };
	const away = { is: false };
	const missed = { tell: () => {} };
	const store: Hpkv = {
		...inner,
		hearsAllWrites: all,
		onWritten: (listener) => void listeners.push(listener),
		onMissed: (listener) => void (missed.tell = listener),
		get: (key) => (reads.gets++, away.is ? Promise.reject(new Error('away')) : inner.get(key)),
		set: async (key, value) => (await inner.set(key, value), written(key, value)),
		patch: async (key, value) => (await inner.patch(key, value), written(key, value)),
		range: (start, end, limit) => (reads.ranges++, inner.range(start, end, limit))
	};
	return { store, directory: new PeopleDirectory(store, () => clock.now), clock, reads, away, missed };
}

async function add(store: Hpkv, id: string, name: string, role: Role = 'member'): Promise<void> {
	await store.patch(keys.standing(id), JSON.stringify({ role }));
	await store.set(keys.person(id), JSON.stringify({ id, name, createdAt: 0 }));
}

const names = async (directory: PeopleDirectory) => (await directory.all()).map(({ name }) => name);

test('the directory lists everybody by name, without regard to case and accents', async () => {
	const { store, directory } = node(memoryStore());
	for (const [id, name] of [
		['a', 'zoe'],
		['b', 'Åsa'],
		['c', 'Ada'],
		['d', 'Zoë'],
		['e', 'Bo']
	] as const) {
		await add(store, id, name);
	}
	expect(await names(directory)).toEqual(['Ada', 'Åsa', 'Bo', 'zoe', 'Zoë']);
});

test('the directory reads all once, and then only who was written', async () => {
	const { store, directory, reads, clock } = node(memoryStore());
	await add(store, 'ada', 'Ada');
	await directory.all();
	const { ranges } = reads;
	clock.now = 1e9;
	await add(store, 'grace', 'Grace', 'operator');
	await changeStanding(store, 'ada', 'name', 'Ada Lovelace');
	expect((await directory.all()).map(({ name, role }) => [name, role])).toEqual([
		['Ada Lovelace', 'member'],
		['Grace', 'operator']
	]);
	expect(reads).toEqual({ ranges, gets: 4 });
	await directory.all();
	expect(reads).toEqual({ ranges, gets: 4 });
});

test('the directory reads all again where writes of other nodes were missed', async () => {
	const inner = memoryStore();
	const { directory, missed } = node(inner);
	await add(inner, 'ada', 'Ada');
	expect(await names(directory)).toEqual(['Ada']);
	await add(inner, 'grace', 'Grace');
	expect(await names(directory)).toEqual(['Ada']);
	missed.tell();
	expect(await names(directory)).toEqual(['Ada', 'Grace']);
});

test('the directory shows writes of another node when it reads again', async () => {
	const inner = memoryStore();
	const { directory, clock } = node(inner, { all: false });
	await add(inner, 'ada', 'Ada');
	expect(await names(directory)).toEqual(['Ada']);
	await add(inner, 'grace', 'Grace');
	expect(await names(directory)).toEqual(['Ada']);
	clock.now = 30_001;
	expect(await names(directory)).toEqual(['Ada', 'Grace']);
});

test('the directory forgets no write that it could not read', async () => {
	const { store, directory, away } = node(memoryStore());
	await add(store, 'ada', 'Ada');
	await directory.all();
	await add(store, 'grace', 'Grace');
	away.is = true;
	await expect(directory.all()).rejects.toThrow('away');
	away.is = false;
	expect(await names(directory)).toEqual(['Ada', 'Grace']);
});

test('blocked and deactivated people are listed for operators alone', async () => {
	const { store, directory } = node(memoryStore());
	for (const name of ['Ada', 'Bo', 'Cleo']) await add(store, name.toLowerCase(), name);
	await changeStanding(store, 'ada', 'blocked', true);
	await changeStanding(store, 'bo', 'deactivated', true);
	const listed = async (gone: boolean) =>
		(await directory.page({ typed: '', page: 1, gone })).people.map(({ name, gone }) => [name, gone]);
	expect(await listed(false)).toEqual([['Cleo', undefined]]);
	expect(await listed(true)).toEqual([
		['Ada', 'blocked'],
		['Bo', 'deactivated'],
		['Cleo', undefined]
	]);
});

/** Five times the usual time on the slowest machine that the tests run on. */
const SLACK = 5;

test('the directory holds 10,000 people: in pages, and found by name in milliseconds', async () => {
	const inner = memoryStore();
	for (let i = 0; i < 10_000; i++) await add(inner, `p${i}`, `Person ${String(i).padStart(5, '0')}`);
	await add(inner, 'zoe', 'Zoë Last');
	const { directory, reads } = node(inner);
	let started = performance.now();
	await directory.all();
	expect(performance.now() - started).toBeLessThan(SLACK * 500);
	expect(reads.ranges).toBeLessThanOrEqual(22);

	const first = await directory.page({ typed: '', page: 1, gone: false });
	expect(first).toMatchObject({ page: 1, pages: 101, total: 10_001 });
	expect(first.people).toHaveLength(100);
	const last = await directory.page({ typed: '', page: 999, gone: false });
	expect(last.people.map(({ name }) => name)).toEqual(['Zoë Last']);
	started = performance.now();
	for (let i = 0; i < 20; i++) {
		expect((await directory.page({ typed: 'last', page: 1, gone: false })).total).toBe(1);
	}
	expect((performance.now() - started) / 20).toBeLessThan(SLACK * 10);
});

test('a completion offers who may read the room: no blocked people, and of the guests its members', async () => {
	const { store, directory } = node(memoryStore());
	const id = await kitchen(store, 1);
	const room = await findRoom(store, 'kitchen');
	if (!room) throw new Error('There is no kitchen');
	await add(store, 'ada', 'Ada');
	await add(store, 'abel', 'Abel');
	await add(store, 'agnes', 'Agnes', 'guest');
	await add(store, 'alma', 'Alma', 'guest');
	await add(store, 'aron', 'Aron');
	await changeStanding(store, 'aron', 'blocked', true);
	await addMember(store, { person: 'alma', room: id, by: 'ada', id: 'x' }, 0);
	const offered = async (typed: string, reading: 'members' | 'everyone') => {
		const place = { reading } as Parameters<typeof mentionableNames>[2]['place'];
		return mentionableNames(store, await directory.all(), { entry, place, me: 'ada', typed });
	};
	const entry = { room, state: {}, kind: 'open' as const };
	expect(await offered('A', 'members')).toEqual(['Abel', 'Alma']);
	expect(await offered('A', 'everyone')).toEqual(['Abel', 'Agnes', 'Alma']);
	expect(await offered('ab', 'members')).toEqual(['Abel']);
	for (let i = 0; i < 9; i++) await add(store, `b${i}`, `Abe ${i}`);
	expect(await offered('a', 'members')).toHaveLength(8);
	expect(matchNames(await directory.all(), 'a').length).toBeGreaterThan(8);
});
