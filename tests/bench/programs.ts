/** Processes of the benchmark's own: servers, the load on them, the storage contest. None outlives it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Answer, Question } from './answering.ts';

/** Milliseconds for a program to say where it listens (it takes about 300), and to answer a question. */
const START_WITHIN = 20_000;
const ANSWER_WITHIN = 180_000;

const PROBE = new URL('probe.ts', import.meta.url).href;

export interface Program {
	/** Where it listens; empty where it does not. */
	url: string;
	ask<Result>(what: string, input?: object): Promise<Result>;
	/** Kills it; its data is thrown away. Resolves when it is gone. */
	end(): Promise<void>;
}

const running = new Set<ChildProcess>();

// Whatever ends the benchmark ends them; if even this does not run, they notice that their channel is closed.
process.once('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});

/** A server: any program that prints ` at http://…` once it listens. It is probed, see probe.ts. */
export async function startServer(file: URL, environment: Record<string, string>): Promise<Program> {
	const child = launch(file, ['--expose-gc', '--import', PROBE], environment);
	const url = await new Promise<string>((resolve, reject) => {
		let printed = '';
		const fail = (how: string) => reject(new Error(`${fileURLToPath(file)} ${how}:\n${printed}`));
		const late = setTimeout(() => fail(`did not say where it listens within ${START_WITHIN} ms`), START_WITHIN);
		const heard = (chunk: Buffer) => {
			if (/ at http:/.test(printed)) return;
			printed += chunk.toString();
			const [, address] = / at (http:\/\/\S+)\s/.exec(printed) ?? [];
			// The clients of the benchmarks connect to the address.
			if (address) resolve(address.replace('//localhost:', '//127.0.0.1:'));
			if (address) clearTimeout(late);
		};
		child.stdout?.on('data', heard);
		child.stderr?.on('data', heard);
		child.once('exit', (code) => fail(`ended with ${code}`));
	});
	return programOf(child, url);
}

/** A program that only answers. */
export function startProgram(file: URL): Program {
	const child = launch(file, [], {});
	child.stdout?.pipe(process.stderr);
	child.stderr?.pipe(process.stderr);
	return programOf(child, '');
}

function launch(file: URL, options: string[], environment: Record<string, string>): ChildProcess {
	const child = spawn(process.execPath, [...options, fileURLToPath(file)], {
		env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
		// Whoever works on Parley may have a .env here.
		cwd: tmpdir(),
		stdio: ['ignore', 'pipe', 'pipe', 'ipc']
	});
	running.add(child);
	child.once('exit', () => running.delete(child));
	return child;
}

function programOf(child: ChildProcess, url: string): Program {
	const waiting = new Map<number, (answer: Answer) => void>();
	let asked = 0;
	const failAll = (error: string) => {
		for (const [id, settle] of waiting) settle({ id, error });
		waiting.clear();
	};
	child.on('message', (answer: Answer) => {
		waiting.get(answer.id)?.(answer);
		waiting.delete(answer.id);
	});
	child.once('error', (error) => failAll(error.message));
	const gone = new Promise<void>((resolve) =>
		child.once('exit', (code, signal) => {
			failAll(`${child.spawnfile} ended with ${code ?? signal}`);
			resolve();
		})
	);
	return {
		url,
		ask: <Result>(what: string, input?: object) =>
			new Promise<Result>((resolve, reject) => {
				const id = ++asked;
				const late = setTimeout(() => reject(new Error(`No answer to "${what}"`)), ANSWER_WITHIN);
				waiting.set(id, ({ result, error }) => {
					clearTimeout(late);
					if (error === undefined) resolve(result as Result);
					else reject(new Error(`"${what}": ${error}`));
				});
				const question: Question = { id, ask: what, input };
				child.send(question, (error) => error && reject(error));
			}),
		end: () => {
			child.kill('SIGKILL');
			return gone;
		}
	};
}
