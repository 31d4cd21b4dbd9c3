/** Installs the peers into this folder's own node_modules, exactly as locked, where they are not there already. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Milliseconds. It takes about 10 s. */
const INSTALL_WITHIN = 120_000;

interface Lock {
	packages: Record<string, { version: string; integrity?: string }>;
}

export function installPeers(): void {
	if (installed()) return;
	console.log('Installing the peers into tests/bench/node_modules …');
	// None of them needs a script to install: better-sqlite3 brings its binaries along.
	const options = ['ci', '--ignore-scripts'];
	const npm = process.env.npm_execpath;
	const { status, error } = npm
		? spawnSync(process.execPath, [npm, ...options], { cwd: HERE, stdio: 'inherit', timeout: INSTALL_WITHIN })
		: spawnSync('npm', options, { cwd: HERE, stdio: 'inherit', timeout: INSTALL_WITHIN, shell: true });
	if (status !== 0 || !installed()) throw new Error('The peers could not be installed', { cause: error });
}

/** The versions of the peers themselves, for the record. */
export function peerVersions(): Record<string, string> {
	const { packages } = read('package-lock.json');
	const named = ['better-sqlite3', 'socket.io', 'ws'];
	return Object.fromEntries(named.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'unknown']));
}

function installed(): boolean {
	if (!existsSync(`${HERE}node_modules/.package-lock.json`)) return false;
	const there = read('node_modules/.package-lock.json').packages;
	return Object.entries(read('package-lock.json').packages).every(
		([path, { integrity }]) => path === '' || there[path]?.integrity === integrity
	);
}

const read = (file: string): Lock => JSON.parse(readFileSync(HERE + file, 'utf8')) as Lock;
