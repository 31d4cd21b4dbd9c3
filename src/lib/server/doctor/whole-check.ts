/** All checks of `doctor`, for the page of the operators: the command itself, in a process of its own, once at a time. */
import { execFile, type ExecFileException } from 'node:child_process';
import { setTimeout as after } from 'node:timers/promises';
import { z } from 'zod';
import { DOCTOR_AWAITED_MS, DOCTOR_EVERY_MS, DOCTOR_MOST_MS } from '../../chat/limits.ts';
import type { Finding } from './finding.ts';

const Findings = z.array(z.object({ is: z.enum(['ok', 'warning', 'wrong']), about: z.string(), text: z.string() }));

export interface Checked {
	/** Milliseconds since 1970. */
	at: number;
	findings: Finding[];
}

export interface WholeCheckOptions {
	/** The program of `npm run parley`; undefined where there is none. */
	program: string | undefined;
	/** What the program finds in its environment beside that of this process. */
	environment: () => Record<string, string | undefined>;
	clock: () => number;
	failed: (error: unknown) => void;
}

export class WholeCheck {
	readonly #options: WholeCheckOptions;
	readonly #ends = new AbortController();
	#running: Promise<void> | undefined;
	#startedAt = -Infinity;
	#last: Checked | undefined;

	constructor(options: WholeCheckOptions) {
		this.#options = options;
	}

	/** The last result of this node; other nodes have their own. */
	get last(): Checked | undefined {
		return this.#last;
	}

	get isRunning(): boolean {
		return this.#running !== undefined;
	}

	/** Starts the checks, unless they run or have run lately, and waits for their end, also if they fail; not for long. */
	async run(awaitedMs = DOCTOR_AWAITED_MS): Promise<'checked' | 'lately' | 'running'> {
		const now = this.#options.clock();
		if (!this.#running) {
			if (now - this.#startedAt < DOCTOR_EVERY_MS) return 'lately';
			this.#startedAt = now;
			this.#running = this.#check().finally(() => (this.#running = undefined));
		}
		const waits = new AbortController();
		const tooLong = after(awaitedMs, 'running' as const, { signal: waits.signal });
		try {
			return await Promise.race([this.#running.then(() => 'checked' as const), tooLong]);
		} finally {
			tooLong.catch(() => undefined);
			waits.abort();
		}
	}

	close(): void {
		this.#ends.abort();
	}

	async #check(): Promise<void> {
		try {
			this.#last = { at: this.#options.clock(), findings: await this.#ask() };
		} catch (error) {
			if (this.#ends.signal.aborted) return;
			this.#options.failed(error);
			const text = 'The checks gave no answer. Run npm run parley -- doctor on the server.';
			this.#last = { at: this.#options.clock(), findings: [{ is: 'wrong', about: 'Doctor', text }] };
		}
	}

	#ask(): Promise<Finding[]> {
		const { program, environment } = this.#options;
		if (program === undefined) throw new Error('There is no program of the commands');
		return new Promise((resolve, reject) => {
			const bounds = { timeout: DOCTOR_MOST_MS, killSignal: 'SIGKILL', signal: this.#ends.signal } as const;
			const options = { ...bounds, env: { ...process.env, ...environment() } };
			// Where this process is killed, nobody else ends the program.
			const own = ['--within', String(DOCTOR_MOST_MS / 1_000)];
			// The exit code is 1 where something is wrong.
			execFile(process.execPath, [program, 'doctor', '--json', ...own], options, (error, told, complaint) => {
				try {
					resolve(Findings.parse(JSON.parse(told)));
				} catch {
					reject(new Error(`${endOf(error)}. ${complaint}`.trim()));
				}
			});
		});
	}
}

/** Not the error's own message: it has all that the program complained of. */
function endOf(error: ExecFileException | null): string {
	if (!error) return 'The program said nothing that can be read';
	return error.signal ? `The program was ended by ${error.signal}` : `The program ended with ${error.code}`;
}
