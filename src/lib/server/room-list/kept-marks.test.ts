import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { eventsOn } from '../../../../tests/support/events.ts';
import { KEPT_MARKS_MS } from '../../chat/limits.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { forgetMark, markUnreadFrom } from '../rooms/read-marks.ts';
import { KeptMarks } from './kept-marks.ts';

/** Ada has read two rooms; `ranges` counts what is read of the store. */
async function place({ hearsAllWrites = true } = {}) {
	const memory = memoryStore();
	await memory.set(keys.read('ada', 'kitchen'), '3');
	await memory.set(keys.read('ada', 'attic'), '1');
	await memory.increment(keys.messageCount('kitchen'), 9);
	const counted = { ranges: 0, now: 0, hold: Promise.resolve() };
	const store: Hpkv = {
		...memory,
		hearsAllWrites,
		range: async (...range) => {
			counted.ranges++;
			const found = await memory.range(...range);
			await counted.hold;
			return found;
		}
	};
	return { store, counted, events: eventsOn(store), marks: new KeptMarks(store, () => counted.now) };
}

const read = (marks: ReadonlyMap<string, number>) => Object.fromEntries(marks);

test('marks are read once, and follow each move', async () => {
	const { store, counted, events, marks } = await place();
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 3, attic: 1 });
	await markUnreadFrom(store, events, 'ada', 'kitchen', 2);
	await markUnreadFrom(store, events, 'ada', 'cellar', 1);
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 1, attic: 1, cellar: 0 });
	expect(counted.ranges).toBe(1);
	counted.now += KEPT_MARKS_MS;
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 1, attic: 1, cellar: 0 });
	expect(counted.ranges).toBe(2);
});

test('a move during the reading is not lost', async () => {
	const { store, counted, events, marks } = await place();
	const { promise, resolve } = Promise.withResolvers<void>();
	counted.hold = promise;
	const first = marks.of('ada');
	await markUnreadFrom(store, events, 'ada', 'kitchen', 2);
	resolve();
	await first;
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 1, attic: 1 });
});

test('a mark that is forgotten before an adding is gone', async () => {
	const { store, marks } = await place();
	await marks.of('ada');
	await forgetMark(store, 'ada', 'attic');
	await store.set(keys.liveList('ada'), WAKE);
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 3 });
});

test('a value that another release has written is read from the store', async () => {
	const { store, marks } = await place();
	await marks.of('ada');
	await store.set(keys.read('ada', 'attic'), '7');
	await store.set(keys.liveReads('ada'), 'attic 7');
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 3, attic: 7 });
});

test('nothing is kept where the writes of others are not heard', async () => {
	const { store, counted, marks } = await place({ hearsAllWrites: false });
	await marks.of('ada');
	await store.set(keys.read('ada', 'attic'), '7');
	expect(read(await marks.of('ada'))).toEqual({ kitchen: 3, attic: 7 });
	expect(counted.ranges).toBe(2);
});
