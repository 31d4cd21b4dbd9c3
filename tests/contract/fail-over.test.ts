/** The primary is killed and its synchronous standby takes its place: a pause, and nothing else. */
import { expect, test } from 'vitest';
import { openPostgres } from '../../src/hpkv/engine/postgres/open.ts';
import { ask, sharedPostgres, startPostgres } from '../support/postgres.ts';

const server = await sharedPostgres();

const SENDERS = 32;
/** Sends of each sender before the kill and after it. */
const ROUNDS = 10;

test.skipIf(!server)(
	'kill -9 of the primary under senders on two nodes: nothing is lost, doubled or refused, and a gap is told',
	async () => {
		const primary = await startPostgres();
		const name = new URL(await primary.freshDatabase()).pathname;
		const standby = await primary.startStandby();
		const at = (port: number) => `postgres://postgres@127.0.0.1:${port}${name}`;
		await ask(at(primary.port), "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
		await ask(at(primary.port), 'SELECT pg_reload_conf()');
		const isSynchronous = async () =>
			(await ask(at(primary.port), "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'quorum'")).length;
		await expect.poll(isSynchronous, { timeout: 20_000 }).toBe(1);

		const url = `postgres://postgres@127.0.0.1:${primary.port},127.0.0.1:${standby.port}${name}`;
		const gaps: string[] = [];
		// The new primary has no standby.
		const open = async () => (await openPostgres({ url, maxValueBytes: 65_536, alone: true })).engine;
		const nodes = await Promise.all([open(), open()]);
		for (const node of nodes) node.onGap((because) => gaps.push(because));
		const sums: number[] = [];
		const reached = Promise.withResolvers<void>();
		let done = 0;
		const send = async (sender: number) => {
			const node = nodes[sender % 2]!;
			for (let n = 1; n <= 2 * ROUNDS; n++) {
				const [sum] = await Promise.all([
					node.increment('counted', 1),
					node.patch(`log:${sender}`, `${n};`),
					node.set(`message:${sender}:${n}`, 'x').then(() => n % 2 === 0 && node.delete(`message:${sender}:${n}`))
				]);
				sums.push(sum);
				if (++done === SENDERS * ROUNDS) reached.resolve();
			}
		};
		const sending = Promise.all(Array.from({ length: SENDERS }, (_, sender) => send(sender)));
		await Promise.race([reached.promise, sending]);
		primary.signal('SIGKILL');
		await standby.promote();
		await sending;

		const total = SENDERS * 2 * ROUNDS;
		expect(sums.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
		expect(await nodes[0].get('counted')).toBe(String(total));
		const all = Array.from({ length: 2 * ROUNDS }, (_, n) => `${n + 1};`).join('');
		for (let sender = 0; sender < SENDERS; sender++) expect(await nodes[1].get(`log:${sender}`)).toBe(all);
		const { records } = await nodes[1].range('message:', 'message:~', 1_000);
		expect(records).toHaveLength(total / 2);
		await expect.poll(() => gaps.length).toBe(2);
		await Promise.all(nodes.map((node) => node.close()));
		await Promise.all([primary.stop(), standby.stop()]);
	}
);
