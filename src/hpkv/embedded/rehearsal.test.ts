import { expect, test } from 'vitest';
import { random } from '../../../tests/fixtures/random.ts';
import { StoreRefused, type Hpkv } from '../port.ts';
import { memoryStore } from './memory.ts';
import { rehearsalOf } from './rehearsal.ts';

test('a rehearsal shows what the store would hold, part by part, and leaves it as it is', async () => {
	const pick = random(20_261_128);
	const act = (what: number, key: string, n: number) => (store: Hpkv) =>
		[
			() => store.set(key, `${n}`),
			() => store.patch(key, `;${n}`),
			() => store.delete(key),
			() => store.increment(key, n),
			() => store.patch(key, `{"a${n % 3}":${n}}`)
		][what]!().catch((error: unknown) => {
			if (!(error instanceof StoreRefused)) throw error;
		});
	const acts = (count: number) =>
		Array.from({ length: count }, () => act(pick(5), `k:${String(pick(60)).padStart(2, '0')}`, pick(1_000)));
	const all = async (store: Hpkv, limit: number) => {
		const found = [];
		for (let from = 'k:'; ;) {
			const { records, truncated } = await store.range(from, 'k:~', limit);
			found.push(...records);
			if (!truncated) return found;
			from = `${records.at(-1)!.key}\0`;
		}
	};
	for (let round = 0; round < 20; round++) {
		const [real, whole] = [memoryStore(), memoryStore()];
		for (const before of acts(100)) for (const store of [real, whole]) await before(store);
		const standing = await all(real, 100);
		const rehearsal = rehearsalOf(real);
		for (const write of acts(60)) for (const store of [rehearsal, whole]) await write(store);
		for (const limit of [1, 7, 100]) expect(await all(rehearsal, limit)).toEqual(await all(whole, 100));
		expect(await all(real, 100)).toEqual(standing);
	}
});

test('a rehearsal refuses values that the target would refuse', async () => {
	const rehearsal = rehearsalOf(memoryStore(65_536), 3_000);
	await expect(rehearsal.set('a', 'x'.repeat(3_001))).rejects.toThrow(StoreRefused);
	await rehearsal.set('a', 'x'.repeat(3_000));
});
