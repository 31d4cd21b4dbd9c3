/**
 * How this store recalls tokens, in HPKV's own terms: a token names its holders, each with a generation, and is good
 * while exactly these generations stand under `dropped:{holder}`. An increment there drops the holder.
 */
export const DROPPED_PREFIX = 'dropped:';

export const droppedKey = (holder: string): string => DROPPED_PREFIX + holder;

/** The holder that a key is about; undefined for any other key. */
export const droppedHolder = (key: string): string | undefined =>
	key.startsWith(DROPPED_PREFIX) ? key.slice(DROPPED_PREFIX.length) : undefined;

/** The generation that a record says: 0 without a record, NaN, which equals no token's, for what is no number. */
export function generationIn(value: string | undefined): number {
	if (value === undefined) return 0;
	const generation = /^-?\d{1,16}$/.test(value) ? Number(value) : NaN;
	return Number.isSafeInteger(generation) ? generation : NaN;
}

/** The store's part of the port for a client that reaches it by the operations `get` and `increment`. */
export const holdersOf = (store: {
	get(key: string): Promise<string | undefined>;
	increment(key: string): Promise<number>;
}) => ({
	dropsHolders: true,
	async generationOf(holder: string): Promise<number> {
		return generationIn(await store.get(droppedKey(holder)));
	},
	async dropHolder(holder: string): Promise<void> {
		await store.increment(droppedKey(holder));
	}
});
