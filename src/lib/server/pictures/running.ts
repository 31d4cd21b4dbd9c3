/** One run of the process for pictures. It ends at the first picture that it does not bring to an end. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { MAX_MADE_PICTURE_BYTES, PICTURE_SENT_WITHIN_MS, PICTURE_TIMEOUT_MS } from '../../chat/limits.ts';
import { FrameReader, line, type Answer, type Job } from './frames.ts';

/** Variables that the process gets. The rest of the environment holds the place's secrets. */
const PASSED_ON = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot', 'TEMP', 'TMPDIR'];
/** For Node's own objects, in MB. Pictures are outside of it: process.ts looks at them. */
const HEAP_MB = 64;

/** `crashed`: ended from outside or by a bug, perhaps not of this picture. */
export type Made = Uint8Array | 'undecodable' | 'crashed';

export interface RunningOptions {
	entry: string;
	timeoutMs?: number;
	sentWithinMs?: number;
}

export class RunningPictures {
	/** Rejects with what the process has said if it ends before. */
	readonly ready: Promise<void>;
	readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
	readonly #reader: FrameReader;
	readonly #timeoutMs: number;
	readonly #sentWithinMs: number;
	/** The signal or the code that it ended with. */
	readonly #ended: Promise<string | number>;
	#hasEnded = false;

	constructor({ entry, timeoutMs = PICTURE_TIMEOUT_MS, sentWithinMs = PICTURE_SENT_WITHIN_MS }: RunningOptions) {
		const env = Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
		this.#timeoutMs = timeoutMs;
		this.#sentWithinMs = sentWithinMs;
		this.#child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MB}`, entry], {
			stdio: ['pipe', 'pipe', 'pipe'],
			// Arenas of malloc for each thread keep memory that nobody uses.
			env: { ...env, MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '1' }
		});
		this.#ended = new Promise((resolve) => {
			this.#child.once('error', (error) => resolve(error.message));
			this.#child.once('close', (code, signal) => resolve(code ?? signal ?? ''));
		});
		void this.#ended.then(() => (this.#hasEnded = true));
		// Where all file descriptors are in use, a child has no pipes.
		if (!this.#child.pid) throw new Error('The process for pictures cannot be started');
		let said = '';
		this.#child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-1_000)));
		// Of a process that has ended: `ended` tells.
		for (const stream of [this.#child.stdin, this.#child.stdout]) stream.on('error', () => undefined);
		this.#reader = new FrameReader(this.#child.stdout);
		this.ready = this.#answer().then(async (answer) => {
			if (!answer) throw new Error(`sharp does not run here: ${said || (await this.#ended)}`);
		});
	}

	get hasEnded(): boolean {
		return this.#hasEnded;
	}

	get pid(): number | undefined {
		return this.#child.pid;
	}

	/** @throws if the bytes fail, or come too slowly */
	async make(job: Job, bytes: AsyncIterable<Uint8Array>): Promise<Made> {
		let isSlow = false;
		await this.#within(
			this.#sentWithinMs,
			// A source may never go on: what is left of it ends when it does.
			() => Promise.race([this.#send(job, bytes), this.#ended]),
			() => (isSlow = true)
		);
		if (isSlow) throw new Error('The bytes of the picture come too slowly');
		let isLate = false;
		const made = await this.#within(
			this.#timeoutMs,
			() => this.#made(),
			() => (isLate = true)
		);
		if (made) return made;
		this.end();
		const how = await this.#ended;
		// A number: it has ended itself, at its limit of memory.
		return isLate || typeof how === 'number' ? 'undecodable' : 'crashed';
	}

	end(): void {
		this.#child.kill('SIGKILL');
	}

	async #send(job: Job, bytes: AsyncIterable<Uint8Array>): Promise<void> {
		const { stdin } = this.#child;
		let sent = 0;
		try {
			stdin.write(line(job));
			for await (const chunk of bytes) {
				sent += chunk.length;
				if (sent > job.size || this.#hasEnded) break;
				// A chunk may be overwritten once the next is asked for.
				await new Promise<void>((written) => stdin.write(chunk, () => written()));
			}
			if (sent !== job.size && !this.#hasEnded)
				throw new Error(`The picture has not the ${job.size} bytes that it should have`);
		} catch (error) {
			this.end();
			throw error;
		}
	}

	async #made(): Promise<Made | undefined> {
		// Of a process that a picture has taken over, it may be anything.
		const { size } = ((await this.#answer()) ?? {}) as { size?: unknown };
		if (typeof size !== 'number' || !Number.isInteger(size) || size < 0) return undefined;
		if (size === 0) return 'undecodable';
		return size <= MAX_MADE_PICTURE_BYTES ? this.#reader.bytes(size) : undefined;
	}

	#answer = async () => (await this.#reader.line().catch(() => undefined)) as Answer | undefined;

	/** Ends the process at the end of the time, upon which `work` ends too. */
	async #within<T>(milliseconds: number, work: () => Promise<T>, late = () => {}): Promise<T> {
		const timer = setTimeout(() => {
			late();
			this.end();
		}, milliseconds);
		try {
			return await work();
		} finally {
			clearTimeout(timer);
		}
	}
}
