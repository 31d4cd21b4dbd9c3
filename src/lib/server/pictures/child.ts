/** Pictures by sharp, in a process that is started with the first picture, ended when there are none for a while, and started again. */
import { createRequire } from 'node:module';
import { PICTURES_IDLE_MS, PICTURES_WAITING } from '../../chat/limits.ts';
import type { Job } from './frames.ts';
import { PicturesBusy, type PictureBox, type Pictures, type PictureSource } from './pictures.ts';
import { RunningPictures } from './running.ts';

export interface ChildPicturesOptions {
	/** The program of the process; undefined where there is none. */
	entry: string | undefined;
	/** Called once, if sharp is installed and does not run. */
	failed: (error: unknown) => void;
	idleMs?: number;
	timeoutMs?: number;
	sentWithinMs?: number;
}

/** After so many failed starts, sharp counts as missing: it may be made for another processor or system. */
const STARTS = 2;

export class ChildPictures implements Pictures {
	readonly #options: ChildPicturesOptions;
	#isThere: boolean;
	#failedStarts = 0;
	#running: RunningPictures | undefined;
	#turn: Promise<unknown> = Promise.resolve();
	#waiting = 0;
	#idle: NodeJS.Timeout | undefined;

	constructor(options: ChildPicturesOptions) {
		this.#options = options;
		this.#isThere = options.entry !== undefined && isInstalled(options.entry);
	}

	get available(): boolean {
		return this.#isThere;
	}

	get pid(): number | undefined {
		return this.#running?.pid;
	}

	async webp(bytes: Uint8Array | PictureSource, box: PictureBox): Promise<Uint8Array | undefined> {
		if (!this.available) return undefined;
		if (this.#waiting >= PICTURES_WAITING) throw new PicturesBusy(`${PICTURES_WAITING} pictures are waiting`);
		this.#waiting += 1;
		const source =
			bytes instanceof Uint8Array ? { size: bytes.length, open: () => Promise.resolve(once(bytes)) } : bytes;
		const made = this.#turn.then(() => this.#make(source, box));
		this.#turn = made.catch(() => undefined);
		try {
			return await made;
		} finally {
			this.#waiting -= 1;
			if (this.#waiting === 0) this.#idle = setTimeout(() => this.close(), this.#options.idleMs ?? PICTURES_IDLE_MS);
		}
	}

	/** Ends the process; a picture that is being made fails. The next one starts it again. */
	close(): void {
		clearTimeout(this.#idle);
		this.#running?.end();
		this.#running = undefined;
	}

	async #make({ size, open }: PictureSource, { width, height, fit }: PictureBox): Promise<Uint8Array | undefined> {
		const job: Job = { size, width, height, fit };
		// A process that was ended from outside has not failed at this picture: one more is tried.
		for (let triesLeft = 1; triesLeft >= 0; triesLeft--) {
			const running = await this.#started();
			if (!running) return undefined;
			const bytes = await open();
			if (!bytes) throw new Error('The bytes of the picture are gone');
			const made = await running.make(job, bytes);
			if (made === 'undecodable') return undefined;
			if (made !== 'crashed') return made;
		}
		return undefined;
	}

	async #started(): Promise<RunningPictures | undefined> {
		clearTimeout(this.#idle);
		if (this.#running && !this.#running.hasEnded) return this.#running;
		const { entry, timeoutMs, sentWithinMs } = this.#options;
		while (entry !== undefined && this.#isThere) {
			const running = new RunningPictures({ entry, timeoutMs, sentWithinMs });
			try {
				await running.ready;
				this.#failedStarts = 0;
				return (this.#running = running);
			} catch (error) {
				this.#failedStarts += 1;
				if (this.#failedStarts < STARTS) continue;
				this.#isThere = false;
				this.#options.failed(error);
			}
		}
		return undefined;
	}
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}

function isInstalled(entry: string): boolean {
	try {
		createRequire(entry).resolve('sharp');
		return true;
	} catch {
		return false;
	}
}
