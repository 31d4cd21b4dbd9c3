/**
 * Takes away what sends leave behind: the claims of those that are too old to be tried again. A retry is honoured for a page
 * that is up to SEND_DAYS days old; its claim is kept for a day more, where clocks differ. So what stands at any time are
 * the claims of the sends of nine days, today's among them, some 180 bytes each, and in an embedded file the place of what
 * is deleted is taken by what comes. Without this, they would be half of the store's records.
 *
 * Deleting is as dear as setting, and everybody's sends wait in the same line. So it goes on a few dozen at a time, which
 * an embedded store takes in one transaction, and then rests three times as long as that took: whatever the store's speed,
 * it takes a quarter of its time at most, and goes on until nothing is left. Several nodes may sweep at once: what is gone
 * already is passed by.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { firstKeptDay } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { sweepMentions } from '../messages/mentions.ts';

/** Records deleted at once. */
const AT_ONCE = 50;
/** Rests so many times as long as the last deletions took. */
const REST = 3;

type Rest = (milliseconds: number) => Promise<void>;

/**
 * Deletes the claims of sends that are too old to be tried again, to the last.
 * @param rest waits so long; throws where nobody sweeps any more
 * @returns how many
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

/** A day's claims can go from midnight on; a server that starts looks at once. */
const EVERY_HOUR = 60 * 60 * 1_000;
const EVERY_DAY = 24 * EVERY_HOUR;

/** Sweeps now and from time to time. @returns what ends it */
export function startSweeping(store: Hpkv, failed: (error: unknown) => void): () => void {
	const ended = new AbortController();
	const rest: Rest = (milliseconds) =>
		new Promise((resolve, reject) => {
			if (ended.signal.aborted) return reject(ended.signal.reason as Error);
			setTimeout(resolve, milliseconds).unref();
		});
	let sweeping: Promise<unknown> | undefined;
	const sweep = () => {
		// One that is still at it goes on to the end.
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
