/** A store to try writes on: it reads another store, and keeps what is written in memory. */
import type { Hpkv } from '../port.ts';
import { memoryStore } from './memory.ts';

/** @param maxValueBytes of the writes that are tried */
export function rehearsalOf(real: Hpkv, maxValueBytes = real.maxValueBytes): Hpkv {
	const written = memoryStore(maxValueBytes);
	const ours = new Map<string, Promise<void>>();

	/** Copies the record that a write builds on. */
	const take = (key: string, isReplaced = false): Promise<void> => {
		let taken = ours.get(key);
		if (!taken) ours.set(key, (taken = isReplaced ? Promise.resolve() : copy(key)));
		return taken;
	};
	async function copy(key: string): Promise<void> {
		const value = await real.get(key);
		if (value !== undefined) await written.set(key, value);
	}
	async function after<T>(taken: Promise<void>, write: () => Promise<T>): Promise<T> {
		await taken;
		return write();
	}

	return {
		...written,
		maxValueBytes,
		hearsAllWrites: false,
		dropsHolders: false,
		generationOf: () => Promise.resolve(0),
		dropHolder: () => Promise.resolve(),
		get: async (key) => (ours.has(key) ? after(take(key), () => written.get(key)) : real.get(key)),
		set: (key, value) => after(take(key, true), () => written.set(key, value)),
		patch: (key, value) => after(take(key), () => written.patch(key, value)),
		increment: (key, by) => after(take(key), () => written.increment(key, by)),
		delete: (key) => after(take(key), () => written.delete(key)),
		async range(start, end, limit = 100) {
			await Promise.all(ours.values());
			for (let from = start; ;) {
				const [theirs, mine] = await Promise.all([real.range(from, end, limit), written.range(from, end, limit)]);
				// Beyond the last key of a part that was cut, the other part may lack records.
				const ends = [theirs, mine].flatMap(({ records, truncated }) =>
					truncated ? [records.at(-1)?.key ?? from] : []
				);
				const last = ends.sort(byBytes)[0];
				const records = [...theirs.records.filter(({ key }) => !ours.has(key)), ...mine.records]
					.filter(({ key }) => last === undefined || byBytes(key, last) <= 0)
					.sort((a, b) => byBytes(a.key, b.key));
				const kept = records.slice(0, limit);
				if (kept.length > 0 || last === undefined) {
					return { records: kept, truncated: last !== undefined || kept.length < records.length };
				}
				// All of this part were deleted here.
				from = `${last}\0`;
			}
		}
	};
}

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
