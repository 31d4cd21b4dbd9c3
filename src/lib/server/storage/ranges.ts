import type { Hpkv, StoredRecord } from '../../../hpkv/port.ts';
import type { KeyRange } from '../../chat/storage/keys.ts';

export const RANGE_LIMIT = 1_000;

export interface RangePart {
	records: StoredRecord[];
	truncated: boolean;
}

/** One operation for each thousand records, more if the store cuts earlier. */
export const readRange = async (store: Hpkv, range: KeyRange): Promise<StoredRecord[]> =>
	(await readRangePart(store, range, Infinity)).records;

/** Reads a range until its records hold `maxBytes` or more; at least one operation. */
export async function readRangePart(store: Hpkv, { start, end }: KeyRange, maxBytes: number): Promise<RangePart> {
	const all: StoredRecord[] = [];
	let bytes = 0;
	for (let from = start; ;) {
		const { records, truncated } = await store.range(from, end, RANGE_LIMIT);
		all.push(...records);
		bytes += sizeOf(records);
		const last = records.at(-1);
		if (!truncated || !last) return { records: all, truncated: false };
		if (bytes >= maxBytes) return { records: all, truncated: true };
		from = `${last.key}\0`;
	}
}

/** In bytes. */
export const sizeOf = (records: readonly StoredRecord[]): number =>
	records.reduce((sum, { key, value }) => sum + key.length + Buffer.byteLength(value), 0);
