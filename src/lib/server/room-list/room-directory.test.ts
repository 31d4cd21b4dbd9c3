import { expect, test } from 'vitest';
import type { Hpkv, WriteListener } from '../../../hpkv/port.ts';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { RoomDirectory } from './room-directory.ts';
import { archiveRoom, renameRoom } from '../rooms/room-settings.ts';
import { createRoom } from '../rooms/rooms.ts';

/** A store, two nodes that write to it, and the clock of both. */
async function twoNodes({ alone = false } = {}) {
	const inner = memoryStore();
	const room = await kitchen(inner, 3);
	const clock = { now: 0 };
	let looks = 0;
	const node = () => {
		const listeners: WriteListener[] = [];
		const written = (key: string, value: string) => listeners.forEach((listener) => listener(key, value));
		const store: Hpkv = {
			...inner,
			hearsAllWrites: alone,
			onWritten: (listener) => void listeners.push(listener),
			set: async (key, value) => (await inner.set(key, value), written(key, value)),
			patch: async (key, value) => (await inner.patch(key, value), written(key, value)),
			increment: async (key, by) => {
				const sum = await inner.increment(key, by);
				written(key, String(sum));
				return sum;
			},
			range: (start, end, limit) => {
				if (start === keys.rooms.start) looks++;
				return inner.range(start, end, limit);
			}
		};
		return { store, directory: new RoomDirectory(store, () => clock.now) };
	};
	return { here: node(), there: node(), room, clock, looks: () => looks };
}

const last = (n: number, text: string) => JSON.stringify({ n, sender: 'Ada', text, timestamp: NOW + n });

async function say({ store }: { store: Hpkv }, room: string, text: string) {
	const n = await store.increment(keys.messageCount(room));
	await store.set(keys.last(room), last(n, text));
}

test('the room directory is read once a second, however often it is requested', async () => {
	const { here, clock, looks } = await twoNodes();
	for (clock.now = 1; clock.now <= 1_000; clock.now += 9) await here.directory.recent();
	expect(looks()).toBe(1);
	clock.now = 1_002;
	await Promise.all(Array.from({ length: 100 }, () => here.directory.recent()));
	expect(looks()).toBeLessThanOrEqual(3);
});

test('the room directory shows writes of this process at once: messages, and rooms with their state', async () => {
	const { here, room, looks } = await twoNodes();
	await here.directory.recent();
	await say(here, room, 'Tea?');
	expect(await here.directory.recent()).toMatchObject([{ count: 4, last: { n: 4, text: 'Tea?' } }]);
	await here.store.set(keys.last(room), last(4, ''));
	expect(await here.directory.recent()).toMatchObject([{ last: { n: 4, text: '' } }]);
	expect(looks()).toBe(1);

	const attic = await createRoom(
		here.store,
		{ typed: 'Attic', person: 'ada', formId: 'form-0000000000000009' },
		NOW + 100
	);
	if (!attic.ok) throw new Error(attic.because);
	expect((await here.directory.recent()).map(({ name }) => name)).toEqual(['Attic', 'Kitchen']);
	await renameRoom(here.store, eventsOn(here.store), attic.room, 'Loft');
	expect((await here.directory.recent())[0]).toMatchObject({ name: 'Loft' });
	await archiveRoom(here.store, eventsOn(here.store), attic.room.id, true);
	expect((await here.directory.recent()).map(({ name }) => name)).toEqual(['Kitchen', 'Loft']);
	await say(here, attic.room.id, 'Closed.');
	expect((await here.directory.recent()).map(({ count }) => count)).toEqual([4, 1]);
});

test('the room directory shows writes of another node a second later, and at once for `now`', async () => {
	const { here, there, room, clock } = await twoNodes();
	await here.directory.recent();
	await say(there, room, 'Tea?');
	expect(await here.directory.recent()).toMatchObject([{ count: 3 }]);
	expect(await here.directory.now()).toMatchObject([{ count: 4, last: { text: 'Tea?' } }]);
	await say(there, room, 'Soup?');
	clock.now += 1_001;
	expect(await here.directory.recent()).toMatchObject([{ count: 5, last: { text: 'Soup?' } }]);
});

test('the room directory shows the newer of two nodes’ messages, whatever the order of arrival', async () => {
	const { here, there, room, clock } = await twoNodes();
	await here.directory.recent();
	await say(here, room, 'Mine.');
	await say(there, room, 'Theirs.');
	expect(await here.directory.now()).toMatchObject([{ count: 5, last: { n: 5, text: 'Theirs.' } }]);
	// An old write of this process must not return either.
	await there.store.set(keys.last(room), last(5, ''));
	clock.now += 1_001;
	expect(await here.directory.recent()).toMatchObject([{ count: 5, last: { n: 5, text: '' } }]);
});

test('the room directory keeps what is written while it is read', async () => {
	const { here, room } = await twoNodes();
	const reading = here.directory.recent();
	await say(here, room, 'Tea?');
	await reading;
	expect(await here.directory.recent()).toMatchObject([{ count: 4, last: { text: 'Tea?' } }]);
	const again = here.directory.now();
	const made = createRoom(here.store, { typed: 'Attic', person: 'ada', formId: 'form-0000000000000009' }, NOW + 100);
	await Promise.all([again, made]);
	expect(await here.directory.recent()).toHaveLength(2);
});

test('the room directory that is alone on its store needs no new read for `now`', async () => {
	const { here, room, looks } = await twoNodes({ alone: true });
	await here.directory.now();
	await say(here, room, 'Tea?');
	expect(await here.directory.now()).toMatchObject([{ count: 4 }]);
	expect(looks()).toBe(1);
});

test('where all writes are heard, rooms are read again only after a change of one, for some seconds each second', async () => {
	const { here, room, clock, looks } = await twoNodes({ alone: true });
	const attic = await createRoom(here.store, { typed: 'Attic', person: 'ada', formId: 'form-0000000000000009' }, NOW);
	if (!attic.ok) throw new Error(attic.because);
	clock.now = 10_000;
	const looksUntil = async (end: number) => {
		const before = looks();
		for (; clock.now < end; clock.now += 100) await here.directory.recent('name');
		return looks() - before;
	};
	expect(await looksUntil(50_000)).toBe(1);
	await say(here, room, 'Tea?');
	expect(await here.directory.recent()).toContainEqual(expect.objectContaining({ id: room, count: 4 }));
	expect(await looksUntil(59_000)).toBe(0);
	await renameRoom(here.store, eventsOn(here.store), attic.room, 'Loft');
	expect(await looksUntil(65_000)).toBeGreaterThan(4);
	const settled = await looksUntil(90_000);
	expect(settled).toBeLessThanOrEqual(2);
	expect((await here.directory.recent('name')).map(({ name }) => name)).toEqual(['Kitchen', 'Loft']);
});

test('where all writes are heard, a newest number without a message does not make rooms be read again each second', async () => {
	const { here, room, clock, looks } = await twoNodes({ alone: true });
	const n = await here.store.increment(keys.messageCount(room));
	for (const lost of [
		() => undefined,
		() => here.store.set(keys.message(room, n), JSON.stringify({ n, void: true }))
	]) {
		await lost();
		clock.now += 60_001;
		const before = looks();
		for (const end = clock.now + 59_000; clock.now < end; clock.now += 100) await here.directory.recent();
		expect(looks() - before).toBeLessThanOrEqual(2);
		expect(looks()).toBeGreaterThan(before);
	}
	await say(here, room, 'Tea?');
	expect(await here.directory.recent()).toMatchObject([{ count: n + 1, last: { text: 'Tea?' } }]);
});

test('where nodes hear each other, a list is as new as the question without a read, and is read again where some were missed', async () => {
	const { here: node, room, clock, looks } = await twoNodes({ alone: true });
	let write: (key: string, value: string) => void = () => {};
	let miss = () => {};
	const late: (() => void)[] = [];
	const directory = new RoomDirectory(
		{
			...node.store,
			onWritten: (listener) => void (write = listener),
			onMissed: (listener) => void (miss = listener),
			// What was written elsewhere is told before this is over.
			caughtUp: () => Promise.resolve(late.splice(0).forEach((tell) => tell()))
		},
		() => clock.now
	);
	const count = async () => (await directory.now()).find(({ id }) => id === room)?.count;
	clock.now = 1;
	expect(await count()).toBe(3);
	const before = looks();
	late.push(() => write(keys.messageCount(room), '4'));
	expect(await count()).toBe(4);
	// An own write is heard before an earlier one of the other node.
	write(keys.messageCount(room), '6');
	write(keys.last(room), last(6, 'Own'));
	late.push(() => (write(keys.messageCount(room), '5'), write(keys.last(room), last(5, 'Of the other'))));
	expect(await directory.now()).toMatchObject([{ count: 6, last: { n: 6, text: 'Own' } }]);
	write(keys.last(room), last(6, ''));
	expect((await directory.now()).find(({ id }) => id === room)?.last?.text).toBe('');
	expect(looks()).toBe(before);
	clock.now = 2;
	miss();
	clock.now = 3;
	await count();
	expect(looks()).toBe(before + 1);
});
