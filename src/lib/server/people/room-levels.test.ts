import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { LIST_CHANGED } from '../../chat/messages/live-events.ts';
import { keys } from '../../chat/storage/keys.ts';
import { chooseLevel, readLevel, readLevels } from './room-levels.ts';

test('what a person chooses for a room is merged, and is theirs', async () => {
	const store = memoryStore();
	await Promise.all([
		chooseLevel(store, 'ada', 'kitchen', { level: 'all' }),
		chooseLevel(store, 'ada', 'kitchen', { mutedUntil: 5 }),
		chooseLevel(store, 'bo', 'kitchen', { hidden: 3 })
	]);
	expect(await readLevel(store, 'ada', 'kitchen')).toEqual({ level: 'all', mutedUntil: 5 });
	expect(await readLevels(store, 'bo')).toEqual(new Map([['kitchen', { hidden: 3 }]]));
	expect(await readLevel(store, 'cy', 'kitchen')).toEqual({});
	await chooseLevel(store, 'ada', 'kitchen', { mutedUntil: null });
	expect(await readLevel(store, 'ada', 'kitchen')).toEqual({ level: 'all' });
	expect(await store.get(keys.liveList('ada'))).toBe(LIST_CHANGED);
});

test('a damaged choice is none', async () => {
	const store = memoryStore();
	await store.set(keys.level('ada', 'kitchen'), '{"level":"loud","hidden":3}');
	expect(await readLevel(store, 'ada', 'kitchen')).toEqual({ hidden: 3 });
});
