/**
 * Our store and better-sqlite3 in one process, each on its own file of a million records: asked in turn, so that what
 * else the machine and its disk do at that moment meets both. Ours goes through the door that the app uses, with its
 * checks; theirs is the bare statement.
 */
import { join } from 'node:path';
import { openEmbedded, type EmbeddedStore } from '../../../src/hpkv/embedded/open.server.ts';
import { sqliteEngine } from '../../../src/hpkv/engine/sqlite/sqlite-engine.ts';
import { EMBEDDED_MAX_VALUE_BYTES } from '../../../src/hpkv/protocol/limits.ts';
import { answer } from '../answering.ts';
import { median } from '../row.ts';
import type { Scale } from '../scale.ts';
import { openDirect, type Direct } from './better-sqlite.ts';
import { history, historyKey, newKey, valueOf } from './records.ts';

/** Records in one transaction while loading. */
const TURN = 10_000;

/** Milliseconds, medians of a round. */
export interface Pair {
	ours: number;
	theirs: number;
}

/** Durable puts a second. */
export interface Puts {
	alone: number;
	together: number;
}

let ours: EmbeddedStore;
let theirs: Direct;
let written = 0;

answer({
	/** Fills both files, then opens them as they are used. */
	async load({ folder, records }: { folder: string; records: number }) {
		const dataDir = join(folder, 'ours');
		const { engine } = sqliteEngine(dataDir, EMBEDDED_MAX_VALUE_BYTES);
		theirs = openDirect(join(folder, 'theirs.db'));
		for (let from = 0; from < records; from += TURN) {
			const turn = [...history(from, Math.min(from + TURN, records))];
			await Promise.all(turn.map(([key, value]) => engine.set(key, value)));
			theirs.bulk(turn);
		}
		await engine.close();
		ours = await openEmbedded({ dataDir, prefix: '', allowedOrigin: () => false, serveApiKeys: false });
	},

	/** One durable put at a time, ours and theirs in turn. */
	puts: ({ puts, atMost }: Scale['storage']): Promise<Pair> =>
		paired(puts, atMost, {
			ours: (n) => ours.client.set(newKey(n), valueOf(n)),
			theirs: (n) => theirs.put(newKey(n), valueOf(n))
		}),

	/** The newest records of the long history, ours and theirs in turn. */
	ranges({ records, ranges, newest, atMost }: Scale['storage']): Promise<Pair> {
		const [from, to] = [historyKey(records - newest), historyKey(records - 1)];
		return paired(ranges, atMost, {
			ours: async () => expectFull((await ours.client.range(from, to, newest)).records, newest),
			theirs: () => expectFull(theirs.range(from, to, newest), newest)
		});
	},

	/** Ours alone: puts one after the other, then by many at once. */
	async groupCommit({ puts, concurrentPuts, writers, atMost }: Scale['storage']): Promise<Puts> {
		const put = () => ours.client.set(newKey(++written), valueOf(written));
		const alone = await perSecond(1, puts, atMost, put);
		return { alone, together: await perSecond(writers, concurrentPuts, atMost, put) };
	},

	async close() {
		await ours.close();
		theirs.close();
	}
});

function expectFull(found: readonly unknown[], newest: number): void {
	if (found.length !== newest) throw new Error(`A range found ${found.length} records and not ${newest}`);
}

async function paired(
	times: number,
	atMost: number,
	sides: { ours: (n: number) => Promise<void>; theirs: (n: number) => void }
): Promise<Pair> {
	const took: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
	const until = performance.now() + 2 * atMost;
	for (let time = 0; time < times && performance.now() < until; time++) {
		const n = ++written;
		const began = performance.now();
		await sides.ours(n);
		const between = performance.now();
		sides.theirs(n);
		took.theirs.push(performance.now() - between);
		took.ours.push(between - began);
	}
	return { ours: median(took.ours), theirs: median(took.theirs) };
}

async function perSecond(writers: number, times: number, atMost: number, put: () => Promise<void>): Promise<number> {
	const began = performance.now();
	let [begun, done] = [0, 0];
	const write = async () => {
		while (begun < times && performance.now() - began < atMost) {
			begun += 1;
			await put();
			done += 1;
		}
	};
	await Promise.all(Array.from({ length: writers }, write));
	return (done / (performance.now() - began)) * 1_000;
}
