/** An operation on one key that waits for its turn, and how several of one key become one. */
import { Refused } from '../../engine.ts';
import { isJsonObject, mergedOrRefused } from '../../merge-patch.ts';
import { OP, type Op } from '../statements.ts';

export type Ask =
	| { kind: 'get' }
	| { kind: 'set'; value: string }
	| { kind: 'append'; value: string }
	| { kind: 'merge'; value: string }
	| { kind: 'add'; by: number }
	| { kind: 'delete' }
	/** Not an operation: what follows waits until a range was read that must not see it. */
	| { kind: 'hold'; until: Promise<unknown> };

export interface Waiting {
	ask: Ask;
	/** Ascending in the order in which the operations were asked for. */
	number: number;
	/** `performance.now()` when it was asked for. */
	since: number;
	/** It was refused together with others, so it is tried by itself. */
	single?: boolean;
	/** Once it is answered; never rejects. */
	settled: Promise<unknown>;
	/** `undefined`, a value, a sum, or whether something stood. */
	resolve: (result: unknown) => void;
	reject: (error: unknown) => void;
}

export const patchOf = (value: string): Ask => ({ kind: isJsonObject(value) ? 'merge' : 'append', value });

/** The change of one write, for the feed: the write's number, and its value; of an add, the distance of its sum from the sum after the batch. */
type Told = [number: number, value: string | number | null];

/** Of one key in a batch: `sum` after its last add. */
export type ToldChange = [key: string, sum: string | null, told: Told[]];

/** Several operations of one key as one write. */
export interface Folded {
	key: string;
	op: Op;
	value: string;
	told: Told[];
	/** The operations, the first ones of the key's queue. */
	of: Waiting[];
	/** After the commit. @param sum of an add */
	answer(sum: string | null): void;
	/** The database refused: operations to be tried once more, each by itself; the others are answered. */
	refuse(): Waiting[];
}

const NOT_A_NUMBER = 'Increment needs a safe integer under the key, and as its sum';
export const tooLarge = (most: number) => new Refused(`Value would grow beyond ${most} bytes`);

/** As many of the queue's first operations as one write can do; the first of them is a set, an append or an add. */
export function folded(key: string, queue: readonly Waiting[], most: number): Folded {
	const { ask } = queue[0]!;
	if (ask.kind === 'set') return workedOut(key, queue, most, undefined);
	return ask.kind === 'add' ? foldedAdds(key, queue) : foldedAppends(key, queue, most);
}

/**
 * Where it is known what stands, all that follows is worked out here, up to a delete, which is no write of a value. The first
 * operation is a set, or a patch of what stands; a patch of nothing is never refused, so a value stands in the end.
 */
export function workedOut(key: string, queue: readonly Waiting[], most: number, standing: string | undefined): Folded {
	let value = standing;
	const told: Told[] = [];
	const of: Waiting[] = [];
	const answers: (() => void)[] = [];
	for (const waiting of queue) {
		const { ask, number, resolve, reject } = waiting;
		if (ask.kind === 'delete' || ask.kind === 'hold') break;
		of.push(waiting);
		const stands = value;
		if (ask.kind === 'get') {
			answers.push(() => resolve(stands));
			continue;
		}
		try {
			if (ask.kind === 'set') value = ask.value;
			else if (ask.kind === 'add') value = added(stands ?? '0', ask.by);
			else value = stands === undefined ? ask.value : patched(stands, ask.value, most);
		} catch (error) {
			answers.push(() => reject(error));
			continue;
		}
		const sum = ask.kind === 'add' ? value : undefined;
		told.push([number, sum ?? (ask as { value: string }).value]);
		answers.push(() => resolve(sum === undefined ? undefined : Number(sum)));
	}
	const answer = () => answers.forEach((each) => each());
	return { key, op: OP.set, value: value!, told, of, answer, refuse: () => of };
}

function patched(standing: string, patch: string, most: number): string {
	const value = mergedOrRefused(standing, patch);
	if (Buffer.byteLength(value) > most) throw tooLarge(most);
	return value;
}

function added(standing: string, by: number): string {
	const sum = (/^-?\d{1,16}$/.test(standing) ? Number(standing) : NaN) + by;
	if (!Number.isSafeInteger(sum)) throw new Refused(NOT_A_NUMBER);
	return String(sum);
}

/** Adds of one direction: if the last sum is a safe integer, all are. */
function foldedAdds(key: string, queue: readonly Waiting[]): Folded {
	let total = 0;
	const of: { waiting: Waiting; total: number }[] = [];
	for (const waiting of queue) {
		const { ask, single } = waiting;
		if (ask.kind !== 'add' || (of.length > 0 && single)) break;
		if (ask.by * total < 0 || !Number.isSafeInteger(total + ask.by)) break;
		total += ask.by;
		of.push({ waiting, total });
		if (single) break;
	}
	return {
		key,
		op: OP.add,
		value: String(total),
		told: of.map((each) => [each.waiting.number, each.total - total]),
		of: of.map(({ waiting }) => waiting),
		answer: (sum) => of.forEach((each) => each.waiting.resolve(Number(sum) + each.total - total)),
		refuse: () =>
			refusedOrAgain(
				of.map(({ waiting }) => waiting),
				() => new Refused(NOT_A_NUMBER)
			)
	};
}

function foldedAppends(key: string, queue: readonly Waiting[], most: number): Folded {
	let value = '';
	const told: Told[] = [];
	const of: Waiting[] = [];
	for (const waiting of queue) {
		const { ask, single, number } = waiting;
		if (ask.kind !== 'append' || (of.length > 0 && single)) break;
		if (of.length > 0 && Buffer.byteLength(value + ask.value) > most) break;
		value += ask.value;
		told.push([number, ask.value]);
		of.push(waiting);
		if (single) break;
	}
	const answer = () => of.forEach(({ resolve }) => resolve(undefined));
	return { key, op: OP.append, value, told, of, answer, refuse: () => refusedOrAgain(of, () => tooLarge(most)) };
}

function refusedOrAgain(of: Waiting[], error: () => Refused): Waiting[] {
	if (of.length > 1) return of.map((waiting) => Object.assign(waiting, { single: true }));
	of[0]!.reject(error());
	return [];
}
