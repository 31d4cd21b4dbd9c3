import type { Hpkv } from '../../src/hpkv/port.ts';

export interface Counts {
	/** Operations in all. */
	operations: number;
	/** Round trips that had to wait for each other: operations that are asked for together are one. */
	roundTrips: number;
}

/**
 * A store that counts. It answers nothing until everybody who is going to ask has asked (the event loop has nothing else
 * to do), then all at once: each such answer is a round trip that what comes next depended on.
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
			get: counted((key) => store.get(key)),
			set: counted((key, value) => store.set(key, value)),
			patch: counted((key, value) => store.patch(key, value)),
			delete: counted((key) => store.delete(key)),
			range: counted((start, end, limit) => store.range(start, end, limit)),
			increment: counted((key, by) => store.increment(key, by)),
			token: counted((grant) => store.token(grant))
		}
	};
}
