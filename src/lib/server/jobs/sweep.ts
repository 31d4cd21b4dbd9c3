/**
 * Deletes what is kept for a time: claims of sends, read mentions, entries of the audit log, reports.
 * Claims are kept a day longer than pages retry (SEND_DAYS), because clocks differ; unswept, they would be half of all records.
 * A delete costs as much as a set. So a batch is followed by a pause three times as long: at most a quarter of the store's time.
 * Concurrent sweeps of several nodes are harmless; nodes that share a database sweep in turn, one an hour.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { firstKeptDay } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { sweepMentions } from '../messages/mentions.ts';
import { sweepAudit, sweepReports } from '../moderation/retention.ts';

const AT_ONCE = 50;
const REST = 3;

type Rest = (milliseconds: number) => Promise<void>;

/** @param rest waits; throws when the sweep must stop. @returns the number of deleted claims */
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

/** A day's claims expire at midnight. */
const EVERY_HOUR = 60 * 60 * 1_000;

/** Whether no other node has begun the sweep of this hour. Removes what earlier hours have left. */
export async function isFirstThisHour(store: Hpkv, now: number): Promise<boolean> {
	const hour = Math.floor(now / EVERY_HOUR);
	if ((await store.increment(keys.sweep(hour))) > 1) return false;
	const { start, end } = keys.sweepsBefore(hour);
	const { records } = await store.range(start, end);
	await Promise.all(records.map(({ key }) => store.delete(key)));
	return true;
}

const nothing = () => Promise.resolve();

interface Sweeping {
	isOneOfMany?: boolean;
	sweepFiles?: () => Promise<unknown>;
	/** Removes what is on the disk of this process alone, such as uploads that were given up. Daily, on each node. */
	sweepNode?: () => Promise<unknown>;
}

export function startSweeping(
	store: Hpkv,
	failed: (error: unknown) => void,
	{ isOneOfMany = false, sweepFiles = nothing, sweepNode = nothing }: Sweeping = {}
): () => void {
	const ended = new AbortController();
	const rest: Rest = (milliseconds) =>
		new Promise((resolve, reject) => {
			if (ended.signal.aborted) return reject(ended.signal.reason as Error);
			setTimeout(resolve, milliseconds).unref();
		});
	const fails = (error: unknown) => ended.signal.aborted || failed(error);
	let sweeping: Promise<unknown> | undefined;
	let hours = 0;
	const sweep = () => {
		const isDaily = hours++ % 24 === 0;
		sweeping ??= sweepAll(isDaily)
			.catch(fails)
			.finally(() => (sweeping = undefined));
	};
	const sweepAll = async (isDaily: boolean) => {
		if (isDaily) void sweepNode().catch(fails);
		if (isOneOfMany && !(await isFirstThisHour(store, Date.now()))) return;
		if (isDaily || isOneOfMany) {
			for (const part of [sweepMentions, sweepAudit, sweepReports, sweepFiles]) {
				void part(store, Date.now()).catch(fails);
			}
		}
		await sweepClaims(store, Date.now(), rest);
	};
	sweep();
	const timer = setInterval(sweep, EVERY_HOUR).unref();
	return () => {
		ended.abort();
		clearInterval(timer);
	};
}
