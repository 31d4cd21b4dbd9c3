/** Starts the real programs for tests: the built app, and the store alone. Each listens on a free port of 127.0.0.1. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** How long a program may take to say where it listens, in milliseconds. It takes about 200. */
const START_WITHIN = 15_000;

export interface Running {
	/** `http://127.0.0.1:…`, and the path under which the store alone is mounted. */
	url: string;
	/** Everything it printed. */
	output: () => string;
	/** Ends it. @returns its exit code, or the signal */
	stop: (signal?: NodeJS.Signals) => Promise<number | string>;
}

type Environment = Record<string, string>;

/** The built app, `node build`. */
export const startApp = (env: Environment) => start(['build'], { HOST: '127.0.0.1', PORT: '0', ...env });

/** The store alone, as `npm run hpkv`. */
export const startStore = (env: Environment) =>
	start(['src/hpkv/server/main.ts'], { HPKV_HOST: '127.0.0.1', HPKV_PORT: '0', ...env });

/** A fresh folder, and what removes it. */
export function scratch(): { path: string; remove: () => void } {
	const path = mkdtempSync(join(tmpdir(), 'parley-'));
	return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

async function start(args: string[], env: Environment): Promise<Running> {
	// Nothing of the shell's configuration reaches a test, but what finds programs.
	const child = spawn(process.execPath, args, {
		cwd: ROOT,
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let printed = '';
	const ended = new Promise<number | string>((resolve) =>
		child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'))
	);
	const url = await new Promise<string>((resolve, reject) => {
		const late = setTimeout(() => fail(`did not say where it listens within ${START_WITHIN} ms`), START_WITHIN);
		const fail = (how: string) => {
			clearTimeout(late);
			child.kill('SIGKILL');
			reject(new Error(`node ${args.join(' ')} ${how}:\n${printed}`));
		};
		void ended.then((code) => fail(`ended with ${code}`));
		const read = (chunk: Buffer) => {
			printed += chunk.toString();
			const [, address] = /^[^{]*?(http:\/\/\S+)/m.exec(printed) ?? [];
			if (!address) return;
			clearTimeout(late);
			resolve(address);
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
	});
	return { url, output: () => printed, stop: (signal = 'SIGTERM') => stop(child, ended, signal) };
}

async function stop(child: ChildProcess, ended: Promise<number | string>, signal: NodeJS.Signals) {
	child.kill(signal);
	return ended;
}
