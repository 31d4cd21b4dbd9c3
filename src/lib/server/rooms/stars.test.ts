import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { MAX_STARS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';
import { randomId } from '../storage/ids.ts';
import { readStars, starRoom } from './stars.ts';

test('stars of two tabs both remain, and a repeat changes nothing', async () => {
	const store = memoryStore();
	expect([...(await readStars(store, 'ada'))]).toEqual([]);
	// Nothing stands to remove it from.
	await starRoom(store, 'ada', 'attic', false);
	expect([...(await readStars(store, 'ada'))]).toEqual([]);
	await Promise.all(['kitchen', 'cellar', 'kitchen'].map((room) => starRoom(store, 'ada', room, true)));
	await starRoom(store, 'ada', 'cellar', false);
	expect([...(await readStars(store, 'ada'))]).toEqual(['kitchen']);
	expect([...(await readStars(store, 'grace'))]).toEqual([]);
});

test('a person stars so many rooms, and their record fits a hosted store', async () => {
	const store = memoryStore();
	const rooms = Array.from({ length: MAX_STARS }, randomId);
	for (const room of rooms) expect(await starRoom(store, 'ada', room, true)).toBe(true);
	expect(await starRoom(store, 'ada', 'attic', true)).toBe(false);
	expect(await starRoom(store, 'ada', rooms[0] ?? '', true)).toBe(true);
	expect((await store.get(keys.stars('ada')))?.length).toBeLessThan(3_000);
	await starRoom(store, 'ada', rooms[0] ?? '', false);
	expect(await starRoom(store, 'ada', 'attic', true)).toBe(true);
});
