import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { edit, remove } from '../messages/changes.ts';
import { claim } from '../storage/claims.ts';
import { fileEarlierNames } from '../jobs/file-names.ts';
import { digest } from '../storage/ids.ts';
import { findRoomNamed } from './room-names.ts';
import { listRooms } from '../views/list-rooms.ts';
import { createRoom, findRoom } from './rooms.ts';

const form = { typed: 'Kitchen', person: 'ada', formId: 'form-0000000000000001' };

describe('creating a room', () => {
	test('twice with the same form makes one, and gets it both times', async () => {
		const store = memoryStore();
		const [first, second] = await Promise.all([createRoom(store, form, NOW), createRoom(store, form, NOW + 1)]);
		expect([first.ok, second.ok]).toEqual([true, true]);
		expect(await listRooms(store)).toHaveLength(1);
	});

	test('of a name that looks the same in an address is refused, and names the room that has it', async () => {
		const store = memoryStore();
		await createRoom(store, form, NOW);
		const other = await createRoom(
			store,
			{ typed: ' KITCHEN! ', person: 'grace', formId: 'form-0000000000000002' },
			NOW
		);
		expect(other).toMatchObject({ ok: false, because: 'taken', room: { name: 'Kitchen', createdBy: 'ada' } });
	});

	test('by many at once makes one room, and everybody else is told whose it is', async () => {
		const store = memoryStore();
		const tries = await Promise.all(
			Array.from({ length: 20 }, (_, i) => createRoom(store, { ...form, person: `person${i}` }, NOW))
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
		expect(new Set(tries.map((created) => 'room' in created && created.room.id)).size).toBe(1);
	});

	test('that died after its claim is finished by whoever comes next', async () => {
		const store = memoryStore();
		const { room } = (await createRoom(store, form, NOW)) as { room: { id: string } };
		await store.delete(keys.room(room.id));
		expect(await listRooms(store)).toHaveLength(0);
		await createRoom(store, { ...form, person: 'grace' }, NOW);
		expect(await listRooms(store)).toMatchObject([{ id: room.id, name: 'Kitchen', createdBy: 'ada' }]);
	});

	test('of a name that only comes to the same address gets that with a number', async () => {
		const store = memoryStore();
		const rooms = ['C', 'C++', 'C#', 'C 2'].map((typed, i) => ({
			...form,
			typed,
			formId: `form-00000000000000${10 + i}`
		}));
		const addresses = ['c', 'c-2', 'c-3', 'c-2-2'];
		for (const [i, room] of rooms.entries()) {
			for (const time of [NOW, NOW + 1])
				expect(await createRoom(store, room, time), room.typed).toMatchObject({
					ok: true,
					room: { slug: addresses[i] }
				});
		}
		expect(await listRooms(store)).toHaveLength(4);
		for (const [i, { typed }] of rooms.entries()) {
			expect(await findRoom(store, addresses[i] ?? ''), typed).toMatchObject({ name: typed });
			expect(await findRoomNamed(store, typed), typed).toMatchObject({ name: typed });
			expect(await createRoom(store, { ...form, typed }, NOW)).toMatchObject({
				because: 'taken',
				room: { name: typed }
			});
		}
		expect(await findRoomNamed(store, 'C*')).toBeUndefined();
	});

	test('of many names that come to one address at once gives each its own', async () => {
		const store = memoryStore();
		const names = ['C', 'C+', 'C++', 'C#', 'C##', 'C&', 'C@', 'C%', 'C*'];
		const made = await Promise.all(names.map((typed) => createRoom(store, { ...form, typed }, NOW)));
		expect(new Set(made.map((created) => created.ok && created.room.slug)).size).toBe(names.length);
	});

	test.each([
		['general', ['gеneral', 'Generаl', 'genera1', 'GENERAL!']],
		['AI', ['ai', 'Al']]
	])('of a name that looks like %s is refused', async (name, others) => {
		const store = memoryStore();
		await createRoom(store, { ...form, typed: name }, NOW);
		for (const typed of others)
			expect(await createRoom(store, { ...form, typed, person: 'grace' }, NOW), typed).toMatchObject({
				because: 'taken',
				room: { name }
			});
	});

	test('of a name that a room had before names were claimed is refused, and of another one at its address is not', async () => {
		const store = memoryStore();
		const room = { id: 'earlier', slug: 'c', name: 'C', createdAt: NOW, createdBy: 'ada' };
		await store.set(keys.room(room.id), JSON.stringify(room));
		for (const slug of ['c', 'galley', 'general']) await claim(store, keys.slug(digest(slug)), room);
		await store.set(keys.roomState(room.id), JSON.stringify({ name: 'General', slug: 'general' }));
		for (const typed of ['c', 'Galley', 'general', 'gеneral'])
			expect(await createRoom(store, { ...form, typed }, NOW), typed).toMatchObject({
				because: 'taken',
				room: { id: 'earlier' }
			});
		expect(await createRoom(store, { ...form, typed: 'C++' }, NOW)).toMatchObject({ ok: true, room: { slug: 'c-2' } });
		await fileEarlierNames(store);
		expect(await createRoom(store, { ...form, typed: 'C#' }, NOW)).toMatchObject({ ok: true, room: { slug: 'c-3' } });
		expect((await findRoom(store, 'galley'))?.id).toBe('earlier');
		expect((await findRoomNamed(store, 'Galley'))?.id).toBe('earlier');
	});

	test('whose address would be longer than 100 letters cuts it, and numbers that', async () => {
		const store = memoryStore();
		const long = await createRoom(store, { ...form, typed: 'ﷺ'.repeat(60) }, NOW);
		const other = await createRoom(store, { ...form, typed: `${'ﷺ'.repeat(59)}x` }, NOW);
		const slugs = [long, other].map((created) => (created.ok ? created.room.slug : ''));
		expect(slugs.map(({ length }) => length)).toEqual([100, 100]);
		expect(slugs[1]).toMatch(/-2$/);
		for (const slug of slugs) expect(await findRoom(store, slug)).toMatchObject({ slug });
	});

	test.each(['日本語', 'مطبخ', 'Кухня', '🎉', 'C++ & Rust'])('may be named %s, and is found again', async (typed) => {
		const store = memoryStore();
		const created = await createRoom(store, { ...form, typed }, NOW);
		expect(created).toMatchObject({ ok: true, room: { name: typed } });
		if (created.ok) expect(await findRoom(store, created.room.slug)).toEqual(created.room);
	});
});

describe('the list', () => {
	test('has the newest activity first', async () => {
		const store = memoryStore();
		await createRoom(store, { ...form, typed: 'Attic' }, NOW);
		const room = await kitchen(store, 3);
		await createRoom(store, { ...form, typed: 'Cellar' }, NOW - 1);
		expect((await listRooms(store)).map(({ name }) => name)).toEqual(['Attic', 'Cellar', 'Kitchen']);
		await store.set(keys.last(room), JSON.stringify({ n: 3, sender: 'Ada', text: 'now', timestamp: NOW + 1 }));
		expect((await listRooms(store))[0]?.last?.text).toBe('now');
	});

	test('costs four operations, however many rooms there are', async () => {
		const inner = memoryStore();
		for (let i = 0; i < 40; i++) await createRoom(inner, { ...form, typed: `Room ${i}` }, NOW);
		const { store, counts } = countingStore(inner);
		expect(await listRooms(store)).toHaveLength(40);
		expect(counts).toEqual({ operations: 4, roundTrips: 1 });
	});

	test('mends a preview that a send left behind when it died', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 3);
		await store.set(keys.message(room, 4), JSON.stringify(said(room, 4)));
		await store.increment(keys.messageCount(room));
		expect((await listRooms(store))[0]?.last).toMatchObject({ n: 4, text: 'Message 4' });
		expect(JSON.parse((await store.get(keys.last(room))) ?? '')).toMatchObject({ n: 4 });
	});

	/** A kitchen whose newest message, its fourth, is not in its preview: of two at once, the other wrote it last. */
	async function leftBehind() {
		const store = memoryStore();
		const room = await kitchen(store, 4);
		await store.set(keys.last(room), JSON.stringify(preview(said(room, 3))));
		return { store, target: { room, n: 4, person: 'ada' } };
	}

	test('mends it with what the message says now', async () => {
		const { store, target } = await leftBehind();
		await edit(store, target, 'Better', () => NOW);
		expect((await listRooms(store))[0]?.last).toMatchObject({ n: 4, text: 'Better' });
	});

	test('is read from a store that takes no write, and says what could not be mended', async () => {
		const { store } = await leftBehind();
		const failed = vi.fn();
		const full = { ...store, set: () => Promise.reject(new Error('The disk is full')) };
		expect((await listRooms(full, failed))[0]?.last).toMatchObject({ n: 4 });
		await expect.poll(() => failed.mock.calls).toEqual([[new Error('The disk is full')]]);
	});

	test('mends it with nothing of a message that is deleted meanwhile', async () => {
		const { store, target } = await leftBehind();
		let removed: unknown;
		const list = listRooms({
			...store,
			// At the last moment, when it knows what it is about to write.
			set: async (key, value) => {
				removed ??= await remove(store, target, false, () => NOW);
				return store.set(key, value);
			}
		});
		await list;
		await expect.poll(() => store.get(keys.last(target.room))).toContain('"text":""');
		expect((await list)[0]?.last).toMatchObject({ n: 4, text: '' });
		expect(removed).toMatchObject({ ok: true });
	});
});
