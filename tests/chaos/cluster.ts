/**
 * Three PostgreSQL servers, as src/hpkv/operating-postgres.md has them: a commit is answered when one of two standbys has it
 * on its disk. What Patroni decides there is decided here.
 */
import { ask, startPostgres, type Host, type TestPostgres } from '../support/postgres.ts';
import { Line } from './line.ts';

/** In milliseconds; each takes well below a second on a quiet machine. */
const WITHIN = 60_000;

/** A standby looks for its primary so often; the log is kept for one that is being copied. */
const SETTINGS = ['wal_retrieve_retry_interval=100', 'wal_keep_size=256MB'];

export class Cluster {
	readonly #database: string;
	#primary: TestPostgres;
	#standbys: TestPostgres[] = [];
	/** Another has taken its place; its files and port are left. */
	#dead: TestPostgres | undefined;

	private constructor(primary: TestPostgres, standbys: TestPostgres[], database: string) {
		this.#primary = primary;
		this.#standbys = standbys;
		this.#database = database;
	}

	/** @param hosts of the primary and of its standbys, where they are not here */
	static async start(hosts: readonly Host[] = []): Promise<Cluster> {
		const primary = await startPostgres(SETTINGS, hosts[0]);
		const database = new URL(await primary.freshDatabase()).pathname;
		// In the file that standbys copy, and heeded here once they follow.
		await ask(primary.url('postgres'), "ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (*)'");
		const standbys = await Promise.all([1, 2].map((at) => primary.startStandby(undefined, hosts[at])));
		await ask(primary.url('postgres'), 'SELECT pg_reload_conf()');
		const cluster = new Cluster(primary, standbys, database);
		await cluster.followed();
		return cluster;
	}

	get primary(): TestPostgres {
		return this.#primary;
	}

	get standbys(): readonly TestPostgres[] {
		return this.#standbys;
	}

	/** Of the database, with all three hosts, as its nodes reach them. */
	get url(): string {
		return this.#urlOf([this.#primary, ...this.#standbys].map(({ host, port }) => `${host.peer}:${port}`));
	}

	/** A way for one node to each of the servers. @returns the address of the database by these ways */
	async lines(): Promise<{ url: string; to: (server: TestPostgres) => Line; close: () => void }> {
		const servers = [this.#primary, ...this.#standbys];
		const lines = await Promise.all(servers.map(({ port }) => Line.to(`postgres://127.0.0.1:${port}`)));
		const byPort = new Map(servers.map(({ port }, at) => [port, lines[at] as Line]));
		return {
			url: this.#urlOf(lines.map(({ port }) => `127.0.0.1:${port}`)),
			to: ({ port }) => byPort.get(port) as Line,
			close: () => lines.forEach((line) => line.close())
		};
	}

	/** The rows of a statement at the primary. */
	ask(statement: string): Promise<Record<string, unknown>[]> {
		return ask(this.#primary.url('postgres'), statement);
	}

	/** kill -9 of the primary, and {@link takeOver}. @returns milliseconds from the kill until there is a primary */
	async failOver(): Promise<number> {
		this.#primary.signal('SIGKILL');
		const killed = performance.now();
		await this.takeOver();
		return performance.now() - killed;
	}

	/** The standby with the newest log takes the place of the primary, and the other one follows it. */
	async takeOver(): Promise<void> {
		this.#dead = this.#primary;
		// One that is only silent may still be connected.
		await Promise.all(this.#standbys.map((standby) => standby.follow(undefined)));
		const candidates = await Promise.all(
			this.#standbys.map(async (server) => ({ server, log: await endOfLog(server) }))
		);
		const [next, ...others] = candidates.sort((a, b) => b.log - a.log).map(({ server }) => server);
		if (!next) throw new Error('There is no standby');
		await next.promote();
		[this.#primary, this.#standbys] = [next, others];
		await Promise.all(others.map((other) => other.follow(next)));
	}

	/** Ends the server whose place was taken, if it still runs. */
	fence(): void {
		this.#dead?.signal('SIGKILL');
	}

	/** A copy of the primary takes the place of the server that was killed. */
	async repair(): Promise<void> {
		const dead = this.#dead;
		if (!dead) return;
		await dead.stop();
		this.#dead = undefined;
		this.#standbys.push(await this.#primary.startStandby(dead.port, dead.host));
		await this.followed();
	}

	/** Waits until all standbys receive what is written. */
	async followed(): Promise<void> {
		await until(async () => {
			const following = "SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = 'quorum'";
			return (await this.ask(following)).length === this.#standbys.length;
		}, 'the standbys follow');
	}

	async stop(): Promise<void> {
		for (const server of [this.#primary, ...this.#standbys]) server.signal('SIGCONT');
		const all = [this.#primary, ...this.#standbys, ...(this.#dead ? [this.#dead] : [])];
		await Promise.all(all.map((server) => server.stop()));
	}

	#urlOf(hosts: readonly string[]): string {
		return `postgres://postgres@${hosts.join(',')}${this.#database}`;
	}
}

/** Where its log ends, once nothing comes any more from the primary that is gone: what is late must not be missed. */
async function endOfLog(server: TestPostgres): Promise<number> {
	let end = 0;
	await until(async () => {
		const [row] = await ask(
			server.url('postgres'),
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
