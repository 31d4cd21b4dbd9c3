/** Programs that a row starts, kills and starts again at the same address; none outlives the run. */
import { spawn, type ChildProcess } from 'node:child_process';

export type Environment = Record<string, string>;

const START_WITHIN = 30_000;

const running = new Set<ChildProcess>();
process.on('exit', () => {
	for (const child of running) signal(child, 'SIGKILL');
});

export class Program {
	readonly #command: string[];
	readonly #env: (port: string) => Environment;
	readonly #cwd: string;
	readonly #host: string;
	#child: ChildProcess | undefined;
	#ended: Promise<number | string> = Promise.resolve(0);
	#url = '';
	#printed = '';

	private constructor(command: string[], cwd: string, env: (port: string) => Environment, host: string) {
		this.#command = command;
		this.#cwd = cwd;
		this.#env = env;
		this.#host = host;
	}

	/**
	 * @param env its environment, for the port that it should listen on; `0` the first time
	 * @param inside what the command begins with; it must become the program, and not start it
	 * @param host the address of the host on which it runs then
	 */
	static async start(
		args: string[],
		cwd: string,
		env: (port: string) => Environment,
		inside: readonly string[] = [],
		host = '127.0.0.1'
	): Promise<Program> {
		const program = new Program([...inside, process.execPath, ...args], cwd, env, host);
		await program.again();
		return program;
	}

	/** `http://127.0.0.1:…`, or at its host. */
	get url(): string {
		return this.#url;
	}

	get output(): string {
		return this.#printed;
	}

	get pid(): number {
		return this.#child?.pid ?? 0;
	}

	/** Starts it, at the address it had. */
	async again(): Promise<void> {
		const [program = '', ...args] = this.#command;
		const child = spawn(program, args, {
			cwd: this.#cwd,
			env: { PATH: process.env.PATH, HOME: process.env.HOME, ...this.#env(this.#url ? new URL(this.#url).port : '0') },
			stdio: ['ignore', 'pipe', 'pipe'],
			detached: true
		});
		this.#child = child;
		running.add(child);
		this.#printed = '';
		this.#ended = new Promise((resolve) =>
			child.once('exit', (code, name) => {
				running.delete(child);
				resolve(code ?? name ?? 'unknown');
			})
		);
		const listening = Promise.withResolvers<string>();
		const late = setTimeout(() => listening.reject(new Error(`does not listen: ${this.#printed}`)), START_WITHIN);
		void this.#ended.then((code) => listening.reject(new Error(`ended with ${code}: ${this.#printed}`)));
		const read = (chunk: Buffer) => {
			// What it says when it listens is what matters; a long run logs much.
			this.#printed = (this.#printed + chunk.toString()).slice(-20_000);
			const [, address] = /^[^{]*?(http:\/\/\S+)/m.exec(this.#printed) ?? [];
			// Not every machine resolves localhost to the address on which the app listens.
			if (address) listening.resolve(address.replace(/\/\/(localhost|0[.]0[.]0[.]0):/, `//${this.#host}:`));
		};
		child.stdout.on('data', read);
		child.stderr.on('data', read);
		try {
			this.#url = await listening.promise;
		} catch (error) {
			signal(child, 'SIGKILL');
			throw error;
		} finally {
			clearTimeout(late);
		}
	}

	/** Signals it without waiting. */
	signal(name: NodeJS.Signals): void {
		if (this.#child) signal(this.#child, name);
	}

	/** @returns its exit code, or the signal that ended it */
	stop(name: NodeJS.Signals = 'SIGTERM'): Promise<number | string> {
		this.signal(name);
		return this.#ended;
	}
}

/** One that has ended is left alone: its number may be somebody else's by now. */
function signal(child: ChildProcess, name: NodeJS.Signals): void {
	const { pid } = child;
	if (pid === undefined || !running.has(child)) return;
	try {
		process.kill(pid, name);
	} catch {
		// It has ended by itself.
	}
}
