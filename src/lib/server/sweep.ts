import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { firstKeptDay } from '../chat/draft.ts';
import { keys } from '../chat/keys.ts';
import { sweepMentions } from './mentions.ts';

/** Records swept at one go: the next sweep takes the rest. */
const AT_MOST = 10_000;

/**
 * Deletes the claims of sends that are too old to be tried again: without it they would be half of the store's records.
 * @returns how many
 */
export async function sweepClaims(store: Hpkv, now: number): Promise<number> {
	const { start, end } = keys.sentBefore(firstKeptDay(now));
	for (let swept = 0; ;) {
		const { records } = await store.range(start, end, 1_000);
		for (const { key } of records) await store.delete(key);
		swept += records.length;
		if (records.length === 0 || swept >= AT_MOST) return swept;
	}
}

const EVERY_DAY = 24 * 60 * 60 * 1_000;

/** Sweeps now and once a day. @returns what ends it */
export function startSweeping(store: Hpkv, failed: (error: unknown) => void): () => void {
	const sweep = () => {
		void sweepClaims(store, Date.now()).catch(failed);
		void sweepMentions(store, Date.now()).catch(failed);
	};
	sweep();
	const timer = setInterval(sweep, EVERY_DAY);
	timer.unref();
	return () => clearInterval(timer);
}
