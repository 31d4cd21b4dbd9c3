/**
 * One process with the embedded store, two nodes of a shared one, and what one would write by hand: a pool of connections
 * with one operation in a transaction, told by NOTIFY. They are asked in turn, so that what else the machine and its disk do
 * at that moment meets all.
 */
import { join } from 'node:path';
import pg from 'pg';
import { openEmbedded, type EmbeddedStore } from '../../../src/hpkv/embedded/open.server.ts';
import { openShared } from '../../../src/hpkv/embedded/open-shared.ts';
import type { Hpkv } from '../../../src/hpkv/port.ts';
import { isHeard, keys } from '../../../src/lib/chat/storage/keys.ts';
import { Events } from '../../../src/lib/server/events.ts';
import { Posts } from '../../../src/lib/server/messages/post-message.ts';
import { subscribeMessages } from '../../../src/lib/server/messages/subscribers.ts';
import { answer } from '../answering.ts';
import { median } from '../row.ts';
import type { Scale } from '../scale.ts';
import { history, historyKey, newKey, valueOf } from '../storage/records.ts';

type Settings = Scale['shared'];

/** What was measured of each contestant in a round: milliseconds, or how many a second. */
export type Round = Record<string, number>;

const TURN = 1_000;
const UNSERVED = { prefix: '', allowedOrigin: () => false, serveApiKeys: false };

let embedded: EmbeddedStore;
let nodes: [EmbeddedStore, EmbeddedStore];
let pool: pg.Pool;
let listener: pg.Client;
let made = 0;

const byHand = (key: string, value: string) =>
	pool.query(
		`WITH put AS (INSERT INTO by_hand VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value)
		SELECT pg_notify('by_hand', $1)`,
		[key, value]
	);

answer({
	async load({ folder, url, records }: { folder: string; url: string; records: number }) {
		embedded = await openEmbedded({ dataDir: join(folder, 'embedded'), ...UNSERVED });
		const open = () => openShared({ databaseUrl: url, databaseAlone: true, heard: isHeard, ...UNSERVED });
		nodes = await Promise.all([open(), open()]);
		pool = new pg.Pool({ connectionString: url, max: 10 });
		await pool.query('CREATE TABLE by_hand (key text COLLATE "C" PRIMARY KEY, value text NOT NULL)');
		listener = new pg.Client({ connectionString: url });
		await listener.connect();
		await listener.query('LISTEN by_hand');
		for (const { client } of [embedded, nodes[0]]) {
			for (let from = 0; from < records; from += TURN) {
				const turn = [...history(from, Math.min(from + TURN, records))];
				await Promise.all(turn.map(([key, value]) => client.set(key, value)));
			}
		}
		await pool.query('ANALYZE');
	},

	/** One durable put at a time, p50. */
	puts: ({ puts, atMost }: Settings): Promise<Round> =>
		medians(puts, atMost, { shared: (n) => put(nodes[0].client, n), embedded: (n) => put(embedded.client, n) }),

	/** Puts by many at once, a second. */
	async together({ writers, measured }: Settings): Promise<Round> {
		return {
			shared: await perSecond(writers, measured, (n) => put(nodes[0].client, n)),
			embedded: await perSecond(writers, measured, (n) => put(embedded.client, n)),
			byHand: await perSecond(writers, measured, (n) => byHand(newKey(n), valueOf(n)))
		};
	},

	/** The newest of many, p50. */
	ranges({ records, newest, puts, atMost }: Settings): Promise<Round> {
		const read = async ({ client }: EmbeddedStore) => {
			const found = await client.range(historyKey(records - newest), historyKey(records - 1), newest);
			if (found.records.length !== newest) throw new Error(`A range found ${found.records.length} records`);
		};
		return medians(puts, atMost, { shared: () => read(nodes[0]), embedded: () => read(embedded) });
	},

	/** From asking for a write at one node to hearing of it at the other, p50. */
	heard({ heard, atMost }: Settings): Promise<Round> {
		const waiting = new Map<string, () => void>();
		const tell = (key: string) => waiting.get(key)?.();
		const onNotification = ({ payload = '' }: pg.Notification) => tell(payload);
		listener.on('notification', onNotification);
		nodes[1].client.onWritten(tell);
		const toHear = async (key: string, write: (key: string) => Promise<unknown>) => {
			const told = new Promise<void>((resolve) => waiting.set(key, resolve));
			await Promise.all([write(key), told]);
			waiting.delete(key);
		};
		return medians(heard, atMost, {
			shared: (n) => toHear(keys.live(`r${n}`), (key) => nodes[0].client.set(key, valueOf(n))),
			byHand: (n) => toHear(keys.live(`h${n}`), (key) => byHand(key, valueOf(n)))
		}).finally(() => listener.off('notification', onNotification));
	},

	/** Whole sends with what follows them, a second: by many in half as many rooms, and the p50 of a lone one. */
	async sends({ senders, measured, puts, atMost }: Settings): Promise<Round> {
		const { shared, embedded: own } = { shared: sender(nodes[0].client), embedded: sender(embedded.client) };
		const lone = await medians(Math.round(puts / 5), atMost, {
			shared: (n) => shared(n, 0),
			embedded: (n) => own(n, 0)
		});
		const wal = async () =>
			Number(
				(await pool.query<{ at: string }>("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS at")).rows[0]!.at
			);
		const before = await wal();
		const bySeconds = await perSecond(senders, measured, (n, by) => shared(n, by));
		const bytes = (await wal()) - before;
		return {
			loneShared: lone.shared!,
			loneEmbedded: lone.embedded!,
			shared: bySeconds,
			embedded: await perSecond(senders, measured, (n, by) => own(n, by)),
			wal: bytes / ((bySeconds * measured) / 1_000)
		};
	},

	async close() {
		await Promise.all([embedded.close(), ...nodes.map((node) => node.close()), pool.end(), listener.end()]);
	}
});

const put = (store: Hpkv, n: number) => store.set(newKey(n), valueOf(n));

/** Sends by many people in half as many rooms. */
function sender(store: Hpkv): (n: number, by: number) => Promise<void> {
	const events = new Events((error) => {
		throw error;
	});
	subscribeMessages(events, store, () => Promise.resolve(true));
	const posts = new Posts(store, Date.now, events);
	return async (n, by) => {
		const posted = await posts.post({
			...{ room: `room${by >> 1}`, person: `person${by}`, sender: `Person ${by}`, day: '2026-11-28' },
			...{ sendId: `send-${process.pid}-${n}`, message: `The soup is warm, the bread is not. ${n}` }
		});
		if (!posted.ok) throw new Error(`A send was refused: ${posted.because}`);
		await events.settle();
	};
}

async function medians(
	times: number,
	atMost: number,
	sides: Record<string, (n: number) => Promise<unknown>>
): Promise<Round> {
	const took = Object.keys(sides).map((name) => ({ name, each: [] as number[] }));
	const until = performance.now() + atMost;
	for (let time = 0; time < times && (time < 10 || performance.now() < until); time++) {
		for (const { name, each } of took) {
			const n = ++made;
			const began = performance.now();
			await sides[name]!(n);
			each.push(performance.now() - began);
		}
	}
	return Object.fromEntries(took.map(({ name, each }) => [name, median(each)]));
}

async function perSecond(
	writers: number,
	measured: number,
	act: (n: number, writer: number) => Promise<unknown>
): Promise<number> {
	const began = performance.now();
	let done = 0;
	const write = async (writer: number) => {
		while (performance.now() - began < measured) {
			await act(++made, writer);
			done += 1;
		}
	};
	await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
	return (done / (performance.now() - began)) * 1_000;
}
