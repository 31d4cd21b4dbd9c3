import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { NOW } from '../../../../tests/fixtures/kitchen.ts';
import { keys } from '../../chat/storage/keys.ts';
import { createPrivateRoom } from '../members/private-rooms.ts';
import { OwnRooms } from './own-rooms.ts';

/** A private room of Ada, and readings of its row that answer when they are let go. */
async function heldBack(hearsAllWrites: boolean) {
	const memory = memoryStore();
	const form = { typed: 'Secret', person: 'ada', formId: 'form-0000000000000001' };
	const made = await createPrivateRoom(memory, form, NOW);
	if (!made.ok) throw new Error(made.because);
	const { id } = made.room;
	const waiting: (() => void)[] = [];
	let holds = true;
	const store: Hpkv = {
		...memory,
		hearsAllWrites,
		get: async (key) => {
			const value = await memory.get(key);
			if (holds && key === keys.messageCount(id)) await new Promise<void>((go) => waiting.push(go));
			return value;
		},
		...(!hearsAllWrites && { onWritten: () => undefined })
	};
	const own = new OwnRooms(
		store,
		() => 0,
		() => Promise.resolve([])
	);
	const count = async (isFresh: boolean) => (await own.of('ada', isFresh)).rows.map((row) => row.count);
	const begun = async (n: number) => {
		while (waiting.length < n) await new Promise((later) => setTimeout(later));
	};
	const release = () => void (holds = false);
	return { memory, id, count, begun, waiting, release };
}

for (const hearsAllWrites of [true, false]) {
	const where = hearsAllWrites ? 'where all writes are heard' : 'where none is heard';
	test(`of two readings at once the older one does not replace the newer one, ${where}`, async () => {
		const { memory, id, count, begun, waiting, release } = await heldBack(hearsAllWrites);
		const older = count(true);
		await begun(1);
		await memory.increment(keys.messageCount(id), 1);
		const newer = count(true);
		await begun(2);
		release();
		waiting[1]?.();
		expect(await newer).toEqual([1]);
		waiting[0]?.();
		expect(await older).toEqual([0]);
		expect(await count(false)).toEqual([1]);
	});
}

test('a write is heard by both of two readings at once', async () => {
	const { memory, id, count, begun, waiting, release } = await heldBack(true);
	const both = [count(true), count(true)];
	await begun(2);
	await memory.increment(keys.messageCount(id), 1);
	release();
	for (const go of waiting) go();
	await Promise.all(both);
	expect(await count(false)).toEqual([1]);
});
