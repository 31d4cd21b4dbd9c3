/**
 * Three PostgreSQL servers, as src/hpkv/operating-postgres.md has them: a commit is answered when one of two standbys has it
 * on its disk. What Patroni decides there is decided here.
 */
import { ask, startPostgres, type TestPostgres } from '../support/postgres.ts';

/** In milliseconds; each takes well below a second on a quiet machine. */
const WITHIN = 60_000;

/** A standby looks for its primary so often; the log is kept for one that is being copied. */
const SETTINGS = ['wal_retrieve_retry_interval=100', 'wal_keep_size=256MB'];

export class Cluster {
	/** Of the database, with all three hosts. */
	readonly url: string;
	#primary: TestPostgres;
	#standbys: TestPostgres[] = [];
	/** It was killed, and its files and port are left. */
	#dead: TestPostgres | undefined;

	private constructor(primary: TestPostgres, standbys: TestPostgres[], database: string) {
		this.#primary = primary;
		this.#standbys = standbys;
		const hosts = [primary, ...standbys].map(({ port }) => `127.0.0.1:${port}`);
		this.url = `postgres://postgres@${hosts.join(',')}${database}`;
	}

	static async start(): Promise<Cluster> {
		const primary = await startPostgres(SETTINGS);
		const database = new URL(await primary.freshDatabase()).pathname;
		// In the file that standbys copy, and heeded here once they follow.
		await ask(urlOf(primary), "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
		const standbys = await Promise.all([primary.startStandby(), primary.startStandby()]);
		await ask(urlOf(primary), 'SELECT pg_reload_conf()');
		const cluster = new Cluster(primary, standbys, database);
		await cluster.#followed();
		return cluster;
	}

	/**
	 * kill -9 of the primary; the standby with the newest log takes its place, and the other one follows it.
	 * @returns milliseconds from the kill until there is a primary
	 */
	async failOver(): Promise<number> {
		const dead = this.#primary;
		await dead.kill();
		const killed = performance.now();
		this.#dead = dead;
		const candidates = await Promise.all(
			this.#standbys.map(async (server) => ({ server, log: await endOfLog(server) }))
		);
		const [next, ...others] = candidates.sort((a, b) => b.log - a.log).map(({ server }) => server);
		if (!next) throw new Error('There is no standby');
		await next.promote();
		const promoted = performance.now() - killed;
		[this.#primary, this.#standbys] = [next, others];
		await Promise.all(others.map((other) => other.follow(next)));
		return promoted;
	}

	/** A copy of the primary takes the place of the server that was killed. */
	async repair(): Promise<void> {
		const dead = this.#dead;
		if (!dead) return;
		await dead.stop();
		this.#dead = undefined;
		this.#standbys.push(await this.#primary.startStandby(dead.port));
		await this.#followed();
	}

	async stop(): Promise<void> {
		const all = [this.#primary, ...this.#standbys, ...(this.#dead ? [this.#dead] : [])];
		await Promise.all(all.map((server) => server.stop()));
	}

	async #followed(): Promise<void> {
		await until(async () => {
			const following = "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'";
			return (await ask(urlOf(this.#primary), following)).length === this.#standbys.length;
		}, 'the standbys follow');
	}
}

/** Where its log ends, once nothing comes any more from the primary that is gone: what is late must not be missed. */
async function endOfLog(server: TestPostgres): Promise<number> {
	let end = 0;
	await until(async () => {
		const [row] = await ask(
			urlOf(server),
			`SELECT pg_wal_lsn_diff(pg_last_wal_receive_lsn(), '0/0')::float8 AS log,
			NOT EXISTS (SELECT FROM pg_stat_wal_receiver) AS done`
		);
		end = row?.log as number;
		return row?.done as boolean;
	}, 'a standby knows that its primary is gone');
	return end;
}

async function until(it: () => Promise<boolean>, sentence: string): Promise<void> {
	const late = performance.now() + WITHIN;
	while (!(await it())) {
		if (performance.now() > late) throw new Error(`Not within ${WITHIN} ms: ${sentence}`);
		await new Promise((again) => setTimeout(again, 50));
	}
}

const urlOf = ({ port }: TestPostgres) => `postgres://postgres@127.0.0.1:${port}/postgres`;
