import { visitorOf } from '../../../../tests/fixtures/visitors.ts';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { unreadInAll } from '../../chat/reading/unread.ts';
import { markRead } from '../rooms/read-marks.ts';
import { listFor } from './room-list.ts';
import { archiveRooms } from '../rooms/room-settings.ts';
import { createRoom } from '../rooms/rooms.ts';
import { listRooms } from './list-rooms.ts';

async function wave(rooms: number) {
	const store = memoryStore();
	await kitchen(store, 3);
	const mine = await create('Mine', 'ada', NOW - 1);
	await markRead(store, eventsOn(store), 'ada', mine, 0);
	const flood: string[] = [];
	for (let n = 0; n < rooms; n++) flood.push(await create(`Flood ${n}`, 'eve', NOW + n));
	async function create(typed: string, person: string, now: number) {
		const created = await createRoom(store, { typed, person, formId: `form-0000000000000001` }, now);
		if (!created.ok) throw new Error(created.because);
		return created.room.id;
	}
	const list = (person?: string, size?: number, page?: number) =>
		listFor(store, visitorOf(person), listRooms(store), size, page);
	return { store, flood, list };
}

const names = ({ rooms }: { rooms: readonly { name: string }[] }) => rooms.map(({ name }) => name);

describe('rooms without messages', () => {
	test('rooms without messages come after those with messages, and after those that the person has visited', async () => {
		const { list } = await wave(3);
		expect(names(await list('ada'))).toEqual(['Mine', 'Kitchen', 'Flood 2', 'Flood 1', 'Flood 0']);
		expect(names(await list('grace'))).toEqual(['Kitchen', 'Flood 2', 'Flood 1', 'Flood 0', 'Mine']);
		expect(names(await list())).toEqual(['Kitchen', 'Flood 2', 'Flood 1', 'Flood 0', 'Mine']);
	});

	test('rooms without messages are on later pages of a list, each of them once', async () => {
		const { list } = await wave(250);
		const pages = [await list('ada', 100, 1), await list('ada', 100, 2), await list('ada', 100, 3)];
		expect(pages.map(({ rooms }) => rooms.length)).toEqual([100, 100, 52]);
		expect(names(pages[0] ?? { rooms: [] }).slice(0, 2)).toEqual(['Mine', 'Kitchen']);
		expect(new Set(pages.flatMap(names)).size).toBe(252);
		expect(pages.map(({ part }) => part?.page)).toEqual([1, 2, 3]);
		expect((await list('ada', 100, 9)).part).toMatchObject({ page: 3, pages: 3 });
	});

	test('rooms without messages come last once an operator has archived them all', async () => {
		const { store, flood, list } = await wave(30);
		await archiveRooms(store, eventsOn(store), flood, true);
		expect(names(await list('grace')).slice(0, 2)).toEqual(['Kitchen', 'Mine']);
		expect((await list('grace')).rooms.filter(({ archived }) => archived)).toHaveLength(30);
	});
});

describe('unread counts', () => {
	test('unread counts are the numbers given out above the read mark, on a page of the list and beside it', async () => {
		const { store, flood, list } = await wave(2);
		const [one = '', two = ''] = flood;
		// Void numbers count too, because only the counter is read, never the messages.
		await store.increment(keys.messageCount(one), 10);
		await store.increment(keys.messageCount(two), 7);
		await markRead(store, eventsOn(store), 'ada', one, 4);
		await markRead(store, eventsOn(store), 'ada', two, 7);
		// A read mark from before a restore, above the counter.
		await store.set(keys.read('ada', two), '9');

		const whole = await list('ada');
		expect(unreadInAll(whole.rooms)).toBe(6);
		for (const page of [1, 2, 3, 4]) {
			const { rooms, more } = await list('ada', 1, page);
			expect(unreadInAll(rooms) + (more?.unread ?? NaN)).toBe(6);
		}
		expect(unreadInAll((await list('grace')).rooms)).toBe(0);
	});
});
