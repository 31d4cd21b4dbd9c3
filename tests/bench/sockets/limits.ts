/** When a load client, and not the server, sets the pace: told beside what it measured. */
import type { Measured } from './contestants.ts';

/** The part of a core from which on it has hardly a moment to spare. */
const LIMIT = 0.85;

const isLimit = ({ busy, cpu, seconds }: Measured): boolean => busy >= LIMIT || cpu / seconds / 1e6 >= LIMIT;

/** @param bound what that makes of a ratio */
export function whereLimited(what: string, name: string, runs: readonly Measured[], bound: string): string[] {
	const limited = runs.filter(isLimit).length;
	if (limited === 0) return [];
	return [
		`${what}: the load client was itself the limit in ${limited} of ${runs.length} rounds of ${name}, so its ratio is ${bound}.`
	];
}
