import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { kitchen, NOW } from '../../../../tests/fixtures/kitchen.ts';
import { openRoom } from './open-room.ts';

const away = () => Promise.reject(new Error('The store is away.'));

// An unhandled rejection would end the process: the test fails with one, even if the answer is right.
test('an unavailable store makes openRoom reject once, without an unhandled rejection', async () => {
	const store = memoryStore();
	await kitchen(store, 3);
	const visit = {
		visitor: { session: away, place: away, person: away },
		address: 'kitchen',
		place: undefined,
		company: true
	};
	const dark = { ...store, get: away };
	await expect(openRoom(dark, visit, NOW)).rejects.toThrow('away');
	await expect(openRoom(store, visit, NOW)).rejects.toThrow('away');
	await new Promise((later) => setTimeout(later));
});
