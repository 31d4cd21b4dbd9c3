/**
 * Deletes the claims of sends that are too old to be retried. A page may retry for SEND_DAYS days; its claims are kept one
 * day longer because clocks differ, so the store holds the claims of nine days, today included, at some 180 bytes each. An
 * embedded file reuses the freed space. Without the sweep, claims would be half of the store's records.
 *
 * A delete costs as much as a set and shares the queue with sends. So each batch of AT_ONCE deletes (one transaction of an
 * embedded store) is followed by a pause three times as long as the batch took: the sweep uses at most a quarter of the
 * store's time. Several nodes may sweep at once: a record that is gone already is skipped.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { firstKeptDay } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { sweepMentions } from '../messages/mentions.ts';

const AT_ONCE = 50;
const REST = 3;

type Rest = (milliseconds: number) => Promise<void>;

/**
 * Deletes all claims of sends that are too old to be retried.
 * @param rest waits for the given time; throws when the sweep must stop
 * @returns the number of deleted claims
 */
export async function sweepClaims(store: Hpkv, now: number, rest: Rest): Promise<number> {
	const { start, end } = keys.sentBefore(firstKeptDay(now));
	let swept = 0;
	for (let from = start; ;) {
		const { records, truncated } = await store.range(from, end, 1_000);
		for (let i = 0; i < records.length; i += AT_ONCE) {
			const begun = performance.now();
			const gone = await Promise.all(records.slice(i, i + AT_ONCE).map(({ key }) => store.delete(key)));
			swept += gone.filter(Boolean).length;
			await rest(REST * (performance.now() - begun));
		}
		const last = records.at(-1);
		if (!truncated || !last) return swept;
		from = `${last.key}\0`;
	}
}

/** A day's claims expire at midnight; the first sweep runs at the start. */
const EVERY_HOUR = 60 * 60 * 1_000;
const EVERY_DAY = 24 * EVERY_HOUR;

/** Sweeps claims hourly and read mentions daily, both also at once. @returns stops the sweeps */
export function startSweeping(store: Hpkv, failed: (error: unknown) => void): () => void {
	const ended = new AbortController();
	const rest: Rest = (milliseconds) =>
		new Promise((resolve, reject) => {
			if (ended.signal.aborted) return reject(ended.signal.reason as Error);
			setTimeout(resolve, milliseconds).unref();
		});
	let sweeping: Promise<unknown> | undefined;
	const sweep = () => {
		// A sweep that still runs is not started again.
		sweeping ??= sweepClaims(store, Date.now(), rest)
			.catch((error: unknown) => ended.signal.aborted || failed(error))
			.finally(() => (sweeping = undefined));
	};
	const sweepRead = () => void sweepMentions(store, Date.now()).catch(failed);
	sweep();
	sweepRead();
	const timers = [setInterval(sweep, EVERY_HOUR).unref(), setInterval(sweepRead, EVERY_DAY).unref()];
	return () => {
		ended.abort();
		for (const timer of timers) clearInterval(timer);
	};
}
