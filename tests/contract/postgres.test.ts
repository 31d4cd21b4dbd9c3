/** The contracts on PostgreSQL, and what two nodes on one database promise. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { checkEndpoint } from '../../src/hpkv/clients/check-endpoint.ts';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import type { LeaseListener } from '../../src/hpkv/engine/postgres/lease.ts';
import { openPostgres } from '../../src/hpkv/engine/postgres/open.ts';
import type { Change, Engine } from '../../src/hpkv/engine/engine.ts';
import { random } from '../fixtures/random.ts';
import { ask, sharedPostgres } from '../support/postgres.ts';
import { forget, startAlone } from './alone.ts';
import { engineContract } from './engine.contract.ts';
import { hpkvContract } from './hpkv.contract.ts';
import { serve } from './served.ts';
import { refusedUpgrade, talk } from './talker.ts';

const server = await sharedPostgres();
const MAX_VALUE = 64 * 1024;

/** One for all, as making one takes longer than most tests. */
let database: Promise<string> | undefined;
const theDatabase = () => (database ??= server!.freshDatabase());

/** Without records. */
async function emptyDatabase(): Promise<string> {
	const url = await theDatabase();
	const [made] = await ask(url, "SELECT to_regclass('hpkv.record') AS name");
	if (made?.name) await ask(url, 'TRUNCATE hpkv.record');
	return url;
}

describe.skipIf(!server)('on PostgreSQL', () => {
	/** The database's connections of all nodes. */
	const BACKENDS = "FROM pg_stat_activity WHERE application_name = 'hpkv' AND datname = current_database()";
	const openNode = async (
		options: { heard?: (key: string) => boolean; answerWithin?: number; lease?: Partial<LeaseListener> } = {}
	) => {
		const { engine } = await openPostgres({
			url: await theDatabase(),
			maxValueBytes: MAX_VALUE,
			alone: true,
			...options
		});
		return engine;
	};

	engineContract(
		'the PostgreSQL engine',
		async () => {
			await emptyDatabase();
			const engine = await openNode();
			return { engine, close: () => engine.close() };
		},
		{ nulInKeys: false }
	);

	hpkvContract('shared, in this process', async () => {
		const served = await serve({ databaseUrl: await emptyDatabase(), prefix: '/hpkv' });
		return { store: served.store.client, other: hostedStore(served), close: () => served.close() };
	});

	hpkvContract('shared, two stores run alone', async () => {
		const environment = {
			DATABASE_URL: await emptyDatabase(),
			DATABASE_ALONE: '1',
			HPKV_API_KEY: 'one-key-for-both'
		};
		const [one, other] = await Promise.all([startAlone(environment), startAlone(environment)]);
		return {
			store: hostedStore({ ...one, maxValueBytes: 40_960, dropsHolders: true }),
			other: hostedStore(other),
			close: async () => {
				for (const alone of [one, other]) {
					await alone.stop();
					forget(alone.dataDir);
				}
			}
		};
	});

	describe('two nodes', () => {
		let nodes: Engine[];
		beforeAll(async () => void (nodes = await Promise.all([openNode(), openNode()])));
		afterAll(() => Promise.all(nodes.map((node) => node.close())));

		test('random schedules with lines cut all the time: nothing is lost, doubled or told in another order than it happened', async () => {
			const heard = nodes.map((node) => {
				const own: Change[] = [];
				node.onCommit((changes) => own.push(...changes.filter(({ key }) => key.startsWith('s:'))));
				return own;
			});
			const below = random(7);
			const counters = ['s:n0', 's:n1'];
			const texts = ['s:t0', 's:t1', 's:t2'];
			const sums = new Map(counters.map((key) => [key, [] as number[]]));
			const parts = new Map(texts.map((key) => [key, [] as string[]]));
			let part = 0;
			let isOver = false;
			const cutLines = async () => {
				while (!isOver) {
					await ask(await theDatabase(), `SELECT pg_terminate_backend(pid) ${BACKENDS}`);
					await new Promise((soon) => setTimeout(soon, 150));
				}
			};
			const cutting = cutLines();
			await Promise.all(
				Array.from({ length: 12 }, async (_, writer) => {
					const node = nodes[writer % 2]!;
					for (let turn = 0; turn < 25; turn++) {
						const [counter, text] = [counters[below(2)]!, texts[below(3)]!];
						const mine = `;${part++}`;
						const [sum] = await Promise.all([node.increment(counter, 1), node.patch(text, mine)]);
						sums.get(counter)!.push(sum);
						parts.get(text)!.push(mine);
						const [stands, range] = await Promise.all([node.get(text), node.range(text, text, 1)]);
						expect(stands!.split(';').filter((each) => `;${each}` === mine)).toHaveLength(1);
						expect(`${range.records[0]!.value};`).toContain(`${mine};`);
					}
				})
			);
			isOver = true;
			await cutting;
			const areCaughtUp = () => Promise.all(nodes.map((node) => node.caughtUp())).then(Boolean, () => false);
			await expect.poll(areCaughtUp).toBe(true);
			for (const key of counters) {
				const given = sums.get(key)!.sort((a, b) => a - b);
				expect(given).toEqual(given.map((_, n) => n + 1));
			}
			for (const own of heard) {
				for (const key of counters) {
					const told = own.flatMap((change) => (change.key === key ? [Number(change.value)] : []));
					expect(told).toEqual(sums.get(key));
				}
				for (const key of texts) {
					const told = own.flatMap((change) => (change.key === key ? [change.value] : []));
					expect(told.join('')).toBe(await nodes[0]!.get(key));
					expect([...told].sort()).toEqual(parts.get(key)!.sort());
				}
			}
		});
		test('two that merge the same object at once keep the members of both', async () => {
			const names = Array.from({ length: 10 }, (_, n) => `m${n}`);
			await Promise.all(names.map((name, at) => nodes[at % 2]!.patch('merged', JSON.stringify({ [name]: at }))));
			const merged = JSON.parse((await nodes[0]!.get('merged'))!) as Record<string, number>;
			expect(Object.keys(merged).sort()).toEqual(names);
		});

		test('one of two that delete at once is told that something stood', async () => {
			for (let round = 0; round < 5; round++) {
				await nodes[0]!.set('once', 'x');
				const stood = await Promise.all(nodes.map((node) => node.delete('once')));
				expect(stood.filter((each) => each)).toHaveLength(1);
			}
		});

		test('a write is read on the other node as soon as it is answered', async () => {
			for (let n = 0; n < 20; n++) {
				await nodes[n % 2]!.set('read', String(n));
				expect(await nodes[(n + 1) % 2]!.get('read')).toBe(String(n));
			}
		});
	});

	test('two nodes are one store: a token of one is good at the other, hears both, and is dropped by both', async () => {
		const databaseUrl = await emptyDatabase();
		const [here, there] = await Promise.all([serve({ databaseUrl }), serve({ databaseUrl })]);
		expect(there.apiKey).toBe(here.apiKey);
		await checkEndpoint(hostedStore(here), here.socketUrl);
		const holders = [{ id: 'ada', generation: await here.store.client.generationOf('ada') }];
		const token = await here.store.client.token({ subscribeKeys: ['a'], accessPattern: '^$', holders });
		const ada = await talk(`${there.socketUrl}?token=${token}`);
		await here.store.client.set('a', 'of here');
		await there.store.client.patch('a', ' and there');
		await ada.until(({ value }) => value === ' and there');
		expect(ada.notifications().map(({ value }) => value)).toEqual(['of here', ' and there']);
		await here.store.client.dropHolder('ada');
		await here.store.client.set('a', 'after the drop');
		expect(await ada.closed).toBe(1008);
		expect(ada.notifications()).toHaveLength(2);
		for (const { socketUrl } of [here, there]) expect(await refusedUpgrade(`${socketUrl}?token=${token}`)).toBe(403);
		await Promise.all([here.close(), there.close()]);
	});

	test('what nobody can hear is not written into the table of changes', async () => {
		const node = await openNode({ heard: (key) => key.startsWith('live:') });
		const heard: Change[] = [];
		node.onCommit((changes) => heard.push(...changes));
		await Promise.all([node.set('live:a', '1'), node.set('dead:a', '1'), node.delete('dead:a')]);
		await node.caughtUp();
		expect(heard).toEqual([{ key: 'live:a', value: '1' }]);
		expect(await ask(await theDatabase(), "SELECT changes FROM hpkv.change WHERE changes LIKE '%dead:a%'")).toEqual([]);
		await node.close();
	});

	describe('trouble', () => {
		let node: Engine;
		afterEach(() => node.close());

		test('lines that are cut are opened again, and changes meanwhile are told once', async () => {
			node = await openNode();
			const heard: (string | null)[] = [];
			node.onCommit((changes) => heard.push(...changes.flatMap(({ key, value }) => (key === 'cut' ? [value] : []))));
			const sums: number[] = [];
			for (let n = 1; n <= 30; n++) {
				const cut = n % 10 === 0 && ask(await theDatabase(), `SELECT pg_terminate_backend(pid) ${BACKENDS}`);
				const [sum, , gone] = await Promise.all([
					node.increment('cut', 1),
					node.patch('cut:text', `${n};`),
					node.set(`cut:${n}`, 'x').then(() => node.delete(`cut:${n}`)),
					node.patch('cut:object', JSON.stringify({ [n]: n }))
				]);
				sums.push(sum);
				expect(gone).toBe(true);
				await cut;
			}
			const all = Array.from({ length: 30 }, (_, n) => n + 1);
			expect(sums).toEqual(all);
			expect(await node.get('cut:text')).toBe(all.map((n) => `${n};`).join(''));
			expect(Object.keys(JSON.parse((await node.get('cut:object'))!) as object)).toHaveLength(30);
			await expect
				.poll(() =>
					node.caughtUp().then(
						() => true,
						() => false
					)
				)
				.toBe(true);
			expect(heard).toEqual(all.map(String));
		});

		/** Commits wait for a standby that is not there; resolves to a write that waits. */
		const writeThatWaits = async (): Promise<{ write: Promise<void> }> => {
			await ask(await theDatabase(), "ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
			await ask(await theDatabase(), 'SELECT pg_reload_conf()');
			for (;;) {
				let isOver = false;
				const write = node.set('doubt', 'x');
				write.catch(() => {}).finally(() => (isOver = true));
				// The server takes the setting after a moment.
				while (!isOver) {
					const waiting = await ask(await theDatabase(), "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
					if (waiting.length > 0) return { write };
				}
			}
		};
		const waitNoMore = async () => {
			await ask(await theDatabase(), 'ALTER SYSTEM RESET synchronous_standby_names');
			await ask(await theDatabase(), 'SELECT pg_reload_conf()');
		};

		test('a write is not acknowledged whose wait for the standby was cancelled, though the server says success', async () => {
			node = await openNode({ answerWithin: 2_000 });
			try {
				const { write } = await writeThatWaits();
				await ask(
					await theDatabase(),
					"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
				);
				await expect(write).rejects.toMatchObject({ name: 'Unknown' });
			} finally {
				await waitNoMore();
			}
			await expect
				.poll(() =>
					node.set('doubt', 'y').then(
						() => 'stored',
						() => 'not'
					)
				)
				.toBe('stored');
		});

		test('a write that gets no answer in time may have happened; reads and later writes go on', async () => {
			node = await openNode({ answerWithin: 1_000 });
			try {
				const { write } = await writeThatWaits();
				await expect(write).rejects.toMatchObject({ name: 'Unknown' });
				expect(await node.get('nowhere')).toBeUndefined();
			} finally {
				await waitNoMore();
			}
			await expect
				.poll(() =>
					node.set('doubt', 'y').then(
						() => 'stored',
						() => 'not'
					)
				)
				.toBe('stored');
		});

		test('without acknowledged beats nothing is read, also at once after a pause; then reads go on', async () => {
			node = await openNode({ answerWithin: 1_000 });
			await node.set('known', 'x');
			const now = performance.now.bind(performance);
			const pause = () => vi.spyOn(performance, 'now').mockImplementation(() => now() + 6_000);
			try {
				const { write } = await writeThatWaits();
				write.catch(() => {});
				pause();
				await expect(node.get('known')).rejects.toMatchObject({
					name: 'Failed',
					message: expect.stringMatching(/^The database has acknowledged no write of this node/) as string
				});
				await expect(node.range('known', 'known', 1)).rejects.toMatchObject({ name: 'Failed' });
			} finally {
				vi.restoreAllMocks();
				await waitNoMore();
			}
			await expect.poll(() => node.get('known').catch(() => 'refused')).toBe('x');
			// One that wakes beats before it answers.
			pause();
			expect(await node.get('known')).toBe('x');
			vi.restoreAllMocks();
		});

		test('nodes know how many they are', async () => {
			const counts: number[] = [];
			node = await openNode({ lease: { onNodes: (count) => void counts.push(count) } });
			await expect.poll(() => counts.at(-1), { timeout: 15_000 }).toBe(1);
			const other = await openNode();
			await expect.poll(() => counts.at(-1), { timeout: 5_000 }).toBe(2);
			await other.close();
			await expect.poll(() => counts.at(-1), { timeout: 5_000 }).toBe(1);
		});

		test('a change of which no NOTIFY comes is told within the second', async () => {
			node = await openNode();
			const heard = Promise.withResolvers<string | null>();
			node.onCommit((changes) => changes.forEach(({ key, value }) => key === 'silent' && heard.resolve(value)));
			await ask(await theDatabase(), `INSERT INTO hpkv.change (changes) VALUES ('["silent",null,[[1,"x"]]]')`);
			expect(await heard.promise).toBe('x');
		});

		test('a transaction that began first and is committed last is not passed over', async () => {
			node = await openNode();
			const heard: (string | null)[] = [];
			node.onCommit((changes) => changes.forEach(({ key, value }) => key === 'late' && heard.push(value)));
			const slow = ask(
				await theDatabase(),
				`BEGIN; INSERT INTO hpkv.change (changes) VALUES ('["late",null,[[1,"slow"]]]'); SELECT pg_sleep(0.5); COMMIT`
			);
			await expect
				.poll(
					async () =>
						(await ask(await theDatabase(), `SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'`)).length
				)
				.toBe(1);
			await node.set('late', 'quick');
			await node.caughtUp();
			expect(heard).toEqual(['quick']);
			await slow;
			await node.caughtUp();
			expect(heard).toEqual(['quick', 'slow']);
		});
	});
});

describe.skipIf(!server)('a database that does not hold the promises is refused with a sentence', () => {
	const refusal = async (url: string, alone = true) => {
		const opened = openPostgres({ url, maxValueBytes: MAX_VALUE, alone });
		return opened.then(
			({ engine }) => engine.close(),
			(error: unknown) => (error as Error).message
		);
	};

	test('without standbys, of another version, without a server, with commits that are not waited for', async () => {
		const url = await server!.freshDatabase();
		expect(await refusal(url, false)).toMatch(/synchronous_standby_names is empty: .* DATABASE_ALONE=1/);
		const name = new URL(url).pathname.slice(1);
		await ask(url, `ALTER DATABASE ${name} SET synchronous_commit = off`);
		expect(await refusal(url)).toMatch(/synchronous_commit is off: .* Set it to on/);
		await ask(url, `ALTER DATABASE ${name} RESET synchronous_commit`);
		expect(await refusal(url)).toBeUndefined();
		// The tables of the version before are brought up to date.
		await ask(
			url,
			"ALTER TABLE hpkv.change DROP COLUMN node; DROP TABLE hpkv.node, hpkv.lane; UPDATE hpkv.meta SET value = '1'"
		);
		expect(await refusal(url)).toBeUndefined();
		await ask(url, "UPDATE hpkv.meta SET value = '0' WHERE name = 'version'");
		expect(await refusal(url)).toMatch(/another release of this store/);
		expect(await refusal('postgres://127.0.0.1:1/none')).toMatch(
			/^The database cannot be used\. postgres:.*ECONNREFUSED/
		);
	});

	test('of several hosts the one is taken that is there', async () => {
		const url = await theDatabase();
		expect(await refusal(url.replace('127.0.0.1', '127.0.0.1:1,127.0.0.1'))).toBeUndefined();
	});
});

test.skipIf(!server)(
	'after a crash of the server what was acknowledged is there, what was under way is done once, and sockets that hear get 1012',
	async () => {
		const served = await serve({ databaseUrl: await emptyDatabase() });
		const { client } = served.store;
		const token = await client.token({ subscribeKeys: ['a'], accessPattern: '^$' });
		const hearing = await talk(`${served.socketUrl}?token=${token}`);
		const asking = await talk(`${served.socketUrl}?apiKey=${served.apiKey}`);
		await client.set('a', 'acknowledged');
		let isUp = false;
		const sums: number[] = [];
		// What is under way when the server ends waits, and is done once.
		const counting = Promise.all(
			[1, 2, 3, 4].map(async () => {
				while (!isUp) {
					sums.push(await client.increment('counted'));
					expect(await client.get('a')).toBe('acknowledged');
				}
			})
		);
		await server!.restart();
		isUp = true;
		await counting;
		expect(sums.sort((a, b) => a - b)).toEqual(sums.map((_, n) => n + 1));
		expect(await hearing.closed).toBe(1012);
		await expect.poll(() => client.get('a').catch(() => 'away')).toBe('acknowledged');
		await expect.poll(() => asking.ask({ op: 2, key: 'a', value: 'again' })).toMatchObject({ code: 200 });
		expect(served.events.map(({ event }) => event)).toContain('hpkv-gap');
		const again = await talk(`${served.socketUrl}?token=${token}`);
		await client.set('a', 'heard');
		await again.until((frame) => frame.value === 'heard');
		for (const { socket } of [asking, again]) socket.terminate();
		await served.close();
	}
);
