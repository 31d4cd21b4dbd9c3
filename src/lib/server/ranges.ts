import type { Hpkv, StoredRecord } from '../../hpkv/client/hpkv.ts';
import type { KeyRange } from '../chat/keys.ts';

/** The most records that one range operation returns. */
export const RANGE_LIMIT = 1_000;

/** All records of a range, however many operations that takes: one for each thousand, more when the store cuts earlier. */
export async function readRange(store: Hpkv, { start, end }: KeyRange): Promise<StoredRecord[]> {
	const all: StoredRecord[] = [];
	for (let from = start; ;) {
		const { records, truncated } = await store.range(from, end, RANGE_LIMIT);
		all.push(...records);
		const last = records.at(-1);
		if (!truncated || !last) return all;
		from = `${last.key}\0`;
	}
}
