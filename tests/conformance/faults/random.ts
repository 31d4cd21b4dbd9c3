/** Chance that can be had again: the same seed gives the same numbers (mulberry32). */
export interface Random {
	/** 0 to 1. */
	(): number;
}

export function seeded(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

export const below = (random: Random, end: number): number => Math.floor(random() * end);
export const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

/** Of this run: given by SEED, else new; printed, so that a failure can be had again. */
export const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
