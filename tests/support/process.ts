/** Starts the built app, or the store alone, for tests. Both listen on 127.0.0.1, on a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BUILD = join(ROOT, 'build');
const STORE = join(ROOT, 'src/hpkv/process/main.ts');

/** In milliseconds, until a program prints its address. Usually about 200; npm and a busy machine take longer. */
const START_WITHIN = 60_000;

export type Environment = Record<string, string>;

/** Tests join and send at full speed. The limits have their own test. */
export const UNLIMITED: Environment = {
	SOCKETS_PER_ADDRESS: '100000',
	SOCKETS_PER_PERSON: '100000',
	SEND_BURST: '100000',
	SEND_RATE: '100000',
	JOIN_BURST: '100000',
	JOIN_RATE: '100000',
	ROOM_BURST: '100000',
	ROOM_RATE: '100000',
	READ_BURST: '100000',
	READ_RATE: '100000',
	SIGNIN_BURST: '100000',
	SIGNIN_RATE: '100000'
};

/** `embedded`: the app with its own store. `hosted`: the app with a store in a second process. */
export type Mode = 'embedded' | 'hosted';

export interface Running {
	/** `http://127.0.0.1:…`, with the mount path of a store alone. */
	url: string;
	pid: number;
	output: () => string;
	/** @returns the exit code, or the signal */
	stop: (signal?: NodeJS.Signals) => Promise<number | string>;
	/** Whether the program or a process that it started still runs. */
	alive: () => boolean;
}

/** An app, and its store in a second process if hosted. */
export interface Deployment {
	/** The app's address, without a final slash. */
	url: string;
	dataDir: string;
	/** The API key of a hosted store; undefined if the app made its own. */
	apiKey: string | undefined;
	/** URL of the store's records, which needs the API key. */
	records: string;
	app: () => Running;
	/** The output of the app and of a hosted store since their last start. */
	output: () => string;
	/** kill -9 of the process with the browsers' sockets: the app, or a hosted store. */
	crash: () => Promise<void>;
	/** Restarts the ended processes, with the same address and data. */
	restart: () => Promise<void>;
	/** Ends all processes and removes the data. */
	remove: () => Promise<void>;
}

export const startApp = (env: Environment) => start(process.execPath, [BUILD], appDefaults(env));

/** The built app with a limit of open files and connections. Linux and macOS only. */
export const startWithFiles = (files: number, env: Environment) =>
	start('sh', ['-c', `ulimit -n ${files} && exec "$0" "$1"`, process.execPath, BUILD], appDefaults(env));

/** The built app in its own folder, which may be removed while the app runs. */
export function startCopy(folder: string, env: Environment): Promise<Running> {
	cpSync(BUILD, folder, { recursive: true });
	return startBuild(folder, env);
}

/** The app of a build that is in another place. */
export const startBuild = (folder: string, env: Environment) => start(process.execPath, [folder], appDefaults(env));

/** The built app with its output redirected by a shell: `node build REDIRECTION`. */
export async function startLogging(redirection: string, env: Environment): Promise<Running> {
	const port = await freePort();
	const script = `echo "http://127.0.0.1:${port}"; exec "$0" "$1" ${redirection}`;
	const app = await start('sh', ['-c', script, process.execPath, BUILD], { ...appDefaults(env), PORT: String(port) });
	// For a pipe, the shell runs beside the app.
	const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
		process.kill(-app.pid, signal);
		return app.stop(signal);
	};
	return { ...app, stop };
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

/** The built app, by `npm start` in a folder from {@link layout}. */
export const startByNpm = (cwd: string, env: Environment = {}) =>
	start('npm', ['start'], { npm_config_update_notifier: 'false', JOINING: 'open', READING: 'everyone', ...env }, cwd);

/** The store alone, like `npm run hpkv`. */
export const startStore = (env: Environment) =>
	start(process.execPath, [STORE], { HPKV_HOST: '127.0.0.1', HPKV_PORT: '0', ...env });

/** Runs the built app until it ends by itself. @returns its exit code or signal, and its standard error */
export async function runApp(env: Environment): Promise<{ code: number | string; errors: string }> {
	const child = launch(process.execPath, [BUILD], appDefaults(env), tmpdir());
	let errors = '';
	child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
	const late = setTimeout(() => child.kill('SIGKILL'), START_WITHIN);
	const code = await endOf(child, 'close');
	clearTimeout(late);
	return { code, errors };
}

/** @param furnish fills the folder of an embedded store before the app starts */
export async function deploy(
	mode: Mode,
	env: Environment = {},
	furnish?: (dataDir: string) => Promise<void>
): Promise<Deployment> {
	const folder = scratch();
	const apiKey = mode === 'hosted' ? randomBytes(24).toString('hex') : undefined;
	const dataDir = `${folder.path}/app`;
	await furnish?.(dataDir);
	const openStore = (port = '0') =>
		startStore({ DATA_DIR: `${folder.path}/hpkv`, HPKV_API_KEY: apiKey ?? '', HPKV_PORT: port });
	let store = apiKey ? await openStore() : undefined;
	const openApp = (port = '0') =>
		startApp({
			...env,
			DATA_DIR: dataDir,
			PORT: port,
			...(store && { HPKV_BASE_URL: store.url, HPKV_API_KEY: apiKey })
		});
	let app = await openApp();
	const portOf = ({ url }: Running) => new URL(url).port;
	return {
		url: app.url,
		dataDir,
		apiKey,
		records: `${store?.url ?? `${app.url}/hpkv`}/record`,
		app: () => app,
		output: () => app.output() + (store?.output() ?? ''),
		crash: async () => void (await (store ?? app).stop('SIGKILL')),
		restart: async () => {
			if (store && !store.alive()) store = await openStore(portOf(store));
			if (!app.alive()) app = await openApp(portOf(app));
		},
		remove: async () => {
			await app.stop();
			await store?.stop();
			folder.remove();
		}
	};
}

/** A temporary folder. */
export function scratch(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(tmpdir(), 'parley-'));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A folder with the layout that `npm start` needs, and an `.env`. */
export function layout(dotEnv: string): { path: string; remove: () => void } {
	const folder = scratch();
	copyFileSync(join(ROOT, 'package.json'), join(folder.path, 'package.json'));
	for (const name of ['build', 'node_modules']) symlinkSync(join(ROOT, name), join(folder.path, name));
	writeFileSync(join(folder.path, '.env'), dotEnv);
	return folder;
}

export const EXAMPLE = readFileSync(join(ROOT, '.env.example'), 'utf8');

/** Most tests are about rooms: whoever comes may join and read, without a set-up. An empty value counts as not set. */
const appDefaults = (env: Environment): Environment => ({
	...{ HOST: '127.0.0.1', PORT: '0', JOINING: 'open', READING: 'everyone' },
	...env
});

function launch(program: string, args: string[], env: Environment, cwd: string): ChildProcess {
	// The environment holds only what finds programs, and no configuration of the shell. The own process group shows later
	// whether a process was left behind.
	return spawn(program, args, {
		cwd,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
		stdio: ['ignore', 'pipe', 'pipe'],
		detached: true
	});
}

/** `close` also waits until the output is read, and for child processes that hold the output. */
const endOf = (child: ChildProcess, event: 'exit' | 'close') =>
	new Promise<number | string>((resolve) =>
		child.once(event, (code: number | null, signal: string | null) => resolve(code ?? signal ?? 'unknown'))
	);

/** Starts in a temporary folder: a test must not read the developer's .env. */
async function start(program: string, args: string[], env: Environment, cwd = tmpdir()): Promise<Running> {
	const child = launch(program, args, env, cwd);
	let printed = '';
	const ended = endOf(child, 'exit');
	// An aborted test run must leave no program behind.
	const orphan = () => signalGroup(child, 'SIGKILL');
	process.once('exit', orphan);
	void ended.then(() => process.off('exit', orphan));
	const url = await new Promise<string>((resolve, reject) => {
		const late = setTimeout(() => fail(`did not say where it listens within ${START_WITHIN} ms`), START_WITHIN);
		const fail = (how: string) => {
			clearTimeout(late);
			child.kill('SIGKILL');
			reject(new Error(`${program} ${args.join(' ')} ${how}:\n${printed}`));
		};
		child.once('error', (error) => fail(error.message));
		void ended.then((code) => fail(`ended with ${code}`));
		const read = (chunk: Buffer) => {
			printed += chunk.toString();
			const [, address] = /^[^{]*?(http:\/\/\S+)/m.exec(printed) ?? [];
			if (!address) return;
			clearTimeout(late);
			// Not every machine resolves localhost to the address on which the app listens.
			resolve(address.replace('//localhost:', '//127.0.0.1:'));
		};
		child.stdout?.on('data', read);
		child.stderr?.on('data', read);
	});
	return {
		url,
		pid: child.pid ?? 0,
		output: () => printed,
		stop: (signal = 'SIGTERM') => {
			child.kill(signal);
			return ended;
		},
		alive: () => signalGroup(child, 0)
	};
}

/** Signals the program and the processes that it started. @returns whether any of them was running */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
	if (pid === undefined) return false;
	try {
		return process.kill(-pid, signal);
	} catch {
		return false;
	}
}
