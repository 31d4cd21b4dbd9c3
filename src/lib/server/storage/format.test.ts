import { expect, test } from 'vitest';
import { memoryStore } from '../../../hpkv/embedded/memory.ts';
import { keys } from '../../chat/storage/keys.ts';
import { assertFormat, claimFormat, FORMAT } from './format.ts';

test('a start numbers a store, new or of a version without a number, and a command does not', async () => {
	const store = memoryStore();
	await assertFormat(store);
	expect(await store.get(keys.format)).toBeUndefined();
	await claimFormat(store);
	expect(await store.get(keys.format)).toBe(String(FORMAT));
	await claimFormat(store);
});

test.each([String(FORMAT + 1), '2026', 'two', '1.5', '01'])(
	'a store of format %s is refused and left as it is',
	async (format) => {
		const store = memoryStore();
		await store.set(keys.format, format);
		await expect(claimFormat(store)).rejects.toThrow(
			`The store was written by a newer Parley (its format is ${format}, and this build knows ${FORMAT}): start a newer build`
		);
		expect(await store.get(keys.format)).toBe(format);
	}
);
