import { expect, test } from 'vitest';
import { memoryStore } from '../../hpkv/client/memory.ts';
import { kitchen, NOW } from '../../../tests/fixtures/kitchen.ts';
import { openRoom } from './room-page.ts';

const away = () => Promise.reject(new Error('The store is away.'));

// What nobody hears of ends the process: this test fails with it, though the answer is right.
test('where the store is away, that is one failure, and all of it is heard', async () => {
	const store = memoryStore();
	await kitchen(store, 3);
	const visit = { slug: 'kitchen', place: undefined, person: away, company: true };
	await expect(openRoom({ ...store, get: away }, visit, NOW)).rejects.toThrow('away');
	await expect(openRoom(store, visit, NOW)).rejects.toThrow('away');
	await new Promise((later) => setTimeout(later));
});
