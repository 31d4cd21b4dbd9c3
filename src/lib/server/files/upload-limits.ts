/** How much may be uploaded: by one person in a day, and in all. */
import { mkdir, statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import type { Blobs } from '../../../blobs/port.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { LEAST_COUNTED_BYTES, UPLOAD_BYTES_A_DAY } from '../../chat/limits.ts';
import { dayOf } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { FileRefusal } from '../../chat/text/file-texts.ts';

/** In bytes. */
export interface UploadSizes {
	/** Of one file; 0 switches uploads off. */
	most: number;
	total: number;
	leastFree: number;
}

/** What is stored: files, thumbnails and avatars. */
export interface StoredBlobs {
	count: number;
	bytes: number;
}

const FREE_KEPT_MS = 5_000;

export class UploadLimits {
	readonly sizes: UploadSizes;
	readonly #store: Hpkv;
	readonly #blobs: Blobs;
	/** Where uploads are kept until they are whole. */
	readonly #folder: string;
	/** All blobs: listed once, and again daily. */
	#listed: Promise<StoredBlobs> | undefined;
	/** What this process has stored and removed since. A blob of the minute of a listing may count twice, until the next. */
	#since: StoredBlobs = { count: 0, bytes: 0 };
	/** Bytes of uploads that are begun and not whole, by upload. */
	readonly #reserved = new Map<string, number>();
	#reservedBytes = 0;
	#free: { bytes: number; at: number } | undefined;

	constructor(store: Hpkv, blobs: Blobs, folder: string, sizes: UploadSizes) {
		this.#store = store;
		this.#blobs = blobs;
		this.#folder = folder;
		this.sizes = sizes;
	}

	/** Takes the bytes from what the person may upload today, unless it refuses them. */
	async take(person: string, bytes: number, now: number, id?: string): Promise<FileRefusal | undefined> {
		const refusal = await this.refuses(bytes, id);
		if (refusal) return refusal;
		const counted = Math.max(bytes, LEAST_COUNTED_BYTES);
		const today = keys.uploaded(dayOf(now), person);
		if ((await this.#store.increment(today, counted)) <= UPLOAD_BYTES_A_DAY) return undefined;
		await this.#store.increment(today, -counted);
		return 'too-much-today';
	}

	/** Before an upload whose size is not known. */
	async isOverToday(person: string, now: number): Promise<FileRefusal | undefined> {
		const taken = Number((await this.#store.get(keys.uploaded(dayOf(now), person))) ?? 0);
		return taken >= UPLOAD_BYTES_A_DAY ? 'too-much-today' : undefined;
	}

	/** Counts an upload that is not whole, before anything is awaited: parallel ones count each other. */
	reserve(id: string, bytes: number): void {
		this.#reservedBytes += bytes - (this.#reserved.get(id) ?? 0);
		this.#reserved.set(id, bytes);
	}

	release(id: string): void {
		this.#reservedBytes -= this.#reserved.get(id) ?? 0;
		this.#reserved.delete(id);
	}

	/** Why nobody could upload so many bytes now. @param id of the upload whose own reservation does not count */
	async refuses(bytes: number, id = ''): Promise<FileRefusal | undefined> {
		if (this.sizes.most === 0) return 'off';
		if (bytes > this.sizes.most) return 'too-large';
		const others = () => this.#reservedBytes - (this.#reserved.get(id) ?? 0);
		const fits = (free: number) => free - others() - bytes >= this.sizes.leastFree;
		// Nobody is refused for room that has become free since.
		if (!fits(await this.#freeBytes(FREE_KEPT_MS)) && !fits(await this.#freeBytes(0))) return 'disk';
		if ((await this.stored()).bytes + others() + bytes > this.sizes.total) return 'full';
		return undefined;
	}

	/** Of an upload that did not come to its end. */
	async giveBack(person: string, bytes: number, now: number): Promise<void> {
		await this.#store.increment(keys.uploaded(dayOf(now), person), -Math.max(bytes, LEAST_COUNTED_BYTES));
	}

	/** The bytes of one blob were stored, or removed where negative. */
	note(bytes: number): void {
		this.#free = undefined;
		if (this.#listed) this.#since = sumOf(this.#since, { count: Math.sign(bytes), bytes });
	}

	/** Lists all blobs: others may have stored and removed some. */
	async countAgain(): Promise<void> {
		const { count, bytes } = this.#since;
		const listed = await this.#list();
		this.#listed = Promise.resolve(listed);
		this.#since = sumOf(this.#since, { count: -count, bytes: -bytes });
	}

	async stored(): Promise<StoredBlobs> {
		this.#listed ??= this.#list().catch((error: unknown) => {
			this.#listed = undefined;
			throw error;
		});
		const listed = await this.#listed;
		return sumOf(listed, this.#since);
	}

	/** Undefined where the place for blobs has not answered by then. */
	storedWithin = (milliseconds: number): Promise<StoredBlobs | undefined> =>
		Promise.race([this.stored(), setTimeout(milliseconds, undefined, { ref: false })]);

	async #list(): Promise<StoredBlobs> {
		const sum = { count: 0, bytes: 0 };
		for await (const { size } of this.#blobs.list()) {
			sum.count++;
			sum.bytes += size;
		}
		return sum;
	}

	async #freeBytes(keptMs: number): Promise<number> {
		const at = performance.now();
		if (!this.#free || at - this.#free.at >= keptMs) {
			await mkdir(this.#folder, { recursive: true, mode: 0o700 });
			const { bavail, bsize } = await statfs(this.#folder);
			this.#free = { bytes: bavail * bsize, at };
		}
		return this.#free.bytes;
	}
}

const sumOf = (a: StoredBlobs, b: StoredBlobs): StoredBlobs => ({ count: a.count + b.count, bytes: a.bytes + b.bytes });
