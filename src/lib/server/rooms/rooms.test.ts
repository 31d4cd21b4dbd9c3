import { describe, expect, test, vi } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW, said } from '../../../../tests/fixtures/kitchen.ts';
import { countingStore } from '../../../../tests/support/counting-store.ts';
import { keys } from '../../chat/storage/keys.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { edit, remove } from '../messages/changes.ts';
import { claim } from '../storage/claims.ts';
import { fileEarlierNames } from '../jobs/file-names.ts';
import { claimOrigin } from '../place/origin.ts';
import { digest } from '../storage/ids.ts';
import { findRoomNamed } from './room-names.ts';
import { listRooms } from '../room-list/list-rooms.ts';
import { createRoom, findRoom } from './rooms.ts';

const form = { typed: 'Kitchen', person: 'ada', formId: 'form-0000000000000001' };

describe('creating a room', () => {
	test('creating a room twice by the same form makes one room, and returns it both times', async () => {
		const store = memoryStore();
		const [first, second] = await Promise.all([createRoom(store, form, NOW), createRoom(store, form, NOW + 1)]);
		expect([first.ok, second.ok]).toEqual([true, true]);
		expect(await listRooms(store)).toHaveLength(1);
	});

	test('a room whose name looks the same in an address is refused, and the refusal names the other room', async () => {
		const store = memoryStore();
		await createRoom(store, form, NOW);
		const other = await createRoom(
			store,
			{ typed: ' KITCHEN! ', person: 'grace', formId: 'form-0000000000000002' },
			NOW
		);
		expect(other).toMatchObject({ ok: false, because: 'taken', room: { name: 'Kitchen', createdBy: 'ada' } });
	});

	test.each([
		['arno', 'ARN0'],
		['Ken', 'Keν']
	])(
		'in a new place, a room beside %s with the name %s, which has another log of look-alikes, is refused',
		async (name, typed) => {
			const store = memoryStore();
			await claimOrigin(store);
			await createRoom(store, { ...form, typed: name }, NOW);
			const other = await createRoom(store, { ...form, typed, formId: 'form-0000000000000002' }, NOW);
			expect(other).toMatchObject({ ok: false, because: 'taken', room: { name } });
		}
	);

	test('concurrent creations of one room make one, and the refusals return it', async () => {
		const store = memoryStore();
		const tries = await Promise.all(
			Array.from({ length: 20 }, (_, i) => createRoom(store, { ...form, person: `person${i}` }, NOW))
		);
		expect(tries.filter(({ ok }) => ok)).toHaveLength(1);
		expect(new Set(tries.map((created) => 'room' in created && created.room?.id)).size).toBe(1);
	});

	test('a creation that crashed after its claim is finished by the next one', async () => {
		const store = memoryStore();
		const { room } = (await createRoom(store, form, NOW)) as { room: { id: string } };
		await store.delete(keys.room(room.id));
		expect(await listRooms(store)).toHaveLength(0);
		await createRoom(store, { ...form, person: 'grace' }, NOW);
		expect(await listRooms(store)).toMatchObject([{ id: room.id, name: 'Kitchen', createdBy: 'ada' }]);
	});

	test('a room whose name gives a taken address gets that address with a number', async () => {
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

	test('concurrent rooms whose names give one address each get their own', async () => {
		const store = memoryStore();
		const names = ['C', 'C+', 'C++', 'C#', 'C##', 'C&', 'C@', 'C%', 'C*'];
		const made = await Promise.all(names.map((typed) => createRoom(store, { ...form, typed }, NOW)));
		expect(new Set(made.map((created) => created.ok && created.room.slug)).size).toBe(names.length);
	});

	test.each([
		['general', ['gеneral', 'Generаl', 'genera1', 'GENERAL!']],
		['AI', ['ai', 'Al']]
	])('a room whose name looks like %s is refused', async (name, others) => {
		const store = memoryStore();
		await createRoom(store, { ...form, typed: name }, NOW);
		for (const typed of others)
			expect(await createRoom(store, { ...form, typed, person: 'grace' }, NOW), typed).toMatchObject({
				because: 'taken',
				room: { name }
			});
	});

	test('a room name from before names were claimed is refused; another name with the same address is accepted', async () => {
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

	test('a room address is cut at 100 letters, number included', async () => {
		const store = memoryStore();
		const long = await createRoom(store, { ...form, typed: 'ﷺ'.repeat(60) }, NOW);
		const other = await createRoom(store, { ...form, typed: `${'ﷺ'.repeat(59)}x` }, NOW);
		const slugs = [long, other].map((created) => (created.ok ? created.room.slug : ''));
		expect(slugs.map(({ length }) => length)).toEqual([100, 100]);
		expect(slugs[1]).toMatch(/-2$/);
		for (const slug of slugs) expect(await findRoom(store, slug)).toMatchObject({ slug });
	});

	test.each(['日本語', 'مطبخ', 'Кухня', '🎉', 'C++ & Rust'])(
		'a room may be named %s, and is found by that name',
		async (typed) => {
			const store = memoryStore();
			const created = await createRoom(store, { ...form, typed }, NOW);
			expect(created).toMatchObject({ ok: true, room: { name: typed } });
			if (created.ok) expect(await findRoom(store, created.room.slug)).toEqual(created.room);
		}
	);
});

describe('the list of rooms', () => {
	test('the list of rooms is by name, numbers by their value', async () => {
		const store = memoryStore();
		for (const typed of ['Room 10', 'kitchen', 'Äpfel', 'Room 9', 'Zebra', 'Attic'])
			await createRoom(store, { ...form, typed }, NOW);
		const names = (await listRooms(store)).map(({ name }) => name);
		expect(names).toEqual(['Äpfel', 'Attic', 'kitchen', 'Room 9', 'Room 10', 'Zebra']);
	});

	test('the list of rooms costs five operations, whatever the number of rooms', async () => {
		const inner = memoryStore();
		for (let i = 0; i < 40; i++) await createRoom(inner, { ...form, typed: `Room ${i}` }, NOW);
		const { store, counts } = countingStore(inner);
		expect(await listRooms(store)).toHaveLength(40);
		expect(counts).toEqual({ operations: 5, roundTrips: 1 });
	});

	test('the list of rooms rebuilds the preview of a send that crashed', async () => {
		const store = memoryStore();
		const room = await kitchen(store, 3);
		await store.set(keys.message(room, 4), JSON.stringify(said(room, 4)));
		await store.increment(keys.messageCount(room));
		expect((await listRooms(store))[0]?.last).toMatchObject({ n: 4, text: 'Message 4' });
		expect(JSON.parse((await store.get(keys.last(room))) ?? '')).toMatchObject({ n: 4 });
	});

	/** A room whose preview is behind its fourth message: a concurrent send wrote the preview last. */
	async function leftBehind() {
		const store = memoryStore();
		const room = await kitchen(store, 4);
		await store.set(keys.last(room), JSON.stringify(preview(said(room, 3))));
		return { store, target: { room, n: 4, person: 'ada' } };
	}

	test('a rebuilt preview has the current text of the message', async () => {
		const { store, target } = await leftBehind();
		await edit(store, target, 'Better', () => NOW);
		expect((await listRooms(store))[0]?.last).toMatchObject({ n: 4, text: 'Better' });
	});

	test('the list of rooms can be read from a store that refuses writes, and reports the previews that were not stored', async () => {
		const { store } = await leftBehind();
		const failed = vi.fn();
		const full = { ...store, set: () => Promise.reject(new Error('The disk is full')) };
		expect((await listRooms(full, failed))[0]?.last).toMatchObject({ n: 4 });
		await expect.poll(() => failed.mock.calls).toEqual([[new Error('The disk is full')]]);
	});

	test('a rebuilt preview is blank when the message is deleted meanwhile', async () => {
		const { store, target } = await leftBehind();
		let removed: unknown;
		const list = listRooms({
			...store,
			// Deletes the message just before the rebuilt preview is stored.
			set: async (key, value) => {
				removed ??= await remove(store, target, 'member', () => NOW);
				return store.set(key, value);
			}
		});
		await list;
		await expect.poll(() => store.get(keys.last(target.room))).toContain('"text":""');
		expect((await list)[0]?.last).toMatchObject({ n: 4, text: '' });
		expect(removed).toMatchObject({ ok: true });
	});
});
