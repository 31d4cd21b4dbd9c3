import type { Hpkv } from '../../src/hpkv/port.ts';

export interface Counts {
	operations: number;
	/** Sequential round trips: parallel operations count as one. */
	roundTrips: number;
}

/**
 * A store that counts operations and sequential round trips. It holds answers until the pending operations have arrived, and
 * then answers them together as one round trip.
 */
export function countingStore(store: Hpkv): { store: Hpkv; counts: Counts } {
	const counts: Counts = { operations: 0, roundTrips: 0 };
	let held: (() => void)[] = [];
	const answerAll = () => {
		counts.roundTrips++;
		const answers = held;
		held = [];
		for (const answer of answers) answer();
	};
	const counted =
		<Args extends unknown[], Result>(operation: (...args: Args) => Promise<Result>) =>
		async (...args: Args): Promise<Result> => {
			counts.operations++;
			const result = await operation(...args);
			await new Promise<void>((answer) => {
				if (held.length === 0) setTimeout(answerAll, 5);
				held.push(answer);
			});
			return result;
		};
	return {
		counts,
		store: {
			maxValueBytes: store.maxValueBytes,
			hearsAllWrites: store.hearsAllWrites,
			onWritten: (listener) => store.onWritten(listener),
			caughtUp: () => store.caughtUp(),
			onMissed: (listener) => store.onMissed(listener),
			get: counted((key) => store.get(key)),
			set: counted((key, value) => store.set(key, value)),
			patch: counted((key, value) => store.patch(key, value)),
			delete: counted((key) => store.delete(key)),
			range: counted((start, end, limit) => store.range(start, end, limit)),
			increment: counted((key, by) => store.increment(key, by)),
			token: counted((grant) => store.token(grant)),
			dropsHolders: store.dropsHolders,
			generationOf: counted((holder) => store.generationOf(holder)),
			dropHolder: counted((holder) => store.dropHolder(holder))
		}
	};
}
