/** The store run alone, as `npm run hpkv` runs it: a process of its own on a free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const main = fileURLToPath(new URL('../../src/hpkv/process/main.ts', import.meta.url));

/** What a Node program of its own gets of our environment: the cache of compiled code is the one of tests/run.ts. */
export const NODE = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE };

export interface Alone {
	baseUrl: string;
	/** `ws://…/ws`. */
	socketUrl: string;
	apiKey: string;
	dataDir: string;
	process: ChildProcess;
	/** All it wrote, so far. */
	output(): string;
	/** Sends the signal and waits for the end. */
	stop(signal?: NodeJS.Signals): Promise<{ code: number | null; ms: number }>;
}

/** A directory that is removed with {@link forget}. */
export const freshDirectory = (): string => mkdtempSync(join(tmpdir(), 'hpkv-'));
export const forget = (directory: string): void => rmSync(directory, { recursive: true, force: true });

/** Started and listening; rejects with what it wrote where it ends instead. */
export async function startAlone(environment: Record<string, string> = {}): Promise<Alone> {
	const dataDir = environment.DATA_DIR ?? freshDirectory();
	const child = spawn(process.execPath, [main], {
		env: { ...NODE, HPKV_PORT: '0', DATA_DIR: dataDir, ...environment },
		stdio: ['ignore', 'pipe', 'pipe']
	});
	let output = '';
	const baseUrl = await new Promise<string>((resolve, reject) => {
		const heard = (data: Buffer) => {
			output += data.toString();
			const url = /^HPKV store at (\S+)$/m.exec(output)?.[1];
			if (url) resolve(url);
		};
		child.stdout.on('data', heard);
		child.stderr.on('data', heard);
		child.once('exit', (code) => reject(new Error(`ended with ${code}: ${output}`)));
	});
	return {
		baseUrl,
		socketUrl: `${baseUrl.replace(/^http/, 'ws')}/ws`,
		apiKey: environment.HPKV_API_KEY ?? readFileSync(join(dataDir, 'api-key'), 'utf8').trim(),
		dataDir,
		process: child,
		output: () => output,
		async stop(signal = 'SIGTERM') {
			const began = performance.now();
			if (child.exitCode === null && child.signalCode === null) {
				child.kill(signal);
				await once(child, 'exit');
			}
			return { code: child.exitCode, ms: performance.now() - began };
		}
	};
}
