/**
 * Uploads that are not whole, in a folder on the disk of this process: `{id}.part` has the bytes that have arrived, `{id}.json`
 * says what they will be. Bytes are hashed while they arrive.
 */
import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BlobsUnavailable } from '../../../../blobs/port.ts';
import { parsed } from '../../storage/parse-json.ts';

const Upload = z.object({
	id: z.string(),
	person: z.string(),
	name: z.string(),
	size: z.int().positive(),
	/** Metadata is kept. */
	original: z.boolean(),
	startedAt: z.number()
});
export type Upload = z.infer<typeof Upload>;

/** More bytes than were announced, or than a file may have. */
export class TooManyBytes extends Error {
	override readonly name = 'TooManyBytes';
}

/** Hashes of uploads that wait for more bytes. Where a hash was dropped, the bytes are hashed from the disk at the end. */
const MAX_HASHES = 1_000;

export class Parts {
	readonly #folder: string;
	readonly #hashes = new Map<string, { at: number; hash: Hash }>();
	#made: Promise<unknown> | undefined;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** Makes the folder, once. @param found called with each upload of an earlier process */
	async open(found: (upload: Upload) => void): Promise<void> {
		this.#made ??= mkdir(this.#folder, { recursive: true, mode: 0o700 }).then(async () => {
			for (const name of await readdir(this.#folder)) {
				if (!name.endsWith('.json')) continue;
				const upload = await this.#read(name);
				if (upload) found(upload);
			}
		});
		await this.#made.catch((error: unknown) => {
			this.#made = undefined;
			throw unusable(error);
		});
	}

	async begin(upload: Upload): Promise<void> {
		try {
			await writeFile(this.path(upload.id), '', { mode: 0o600 });
			await writeFile(this.#about(upload.id), JSON.stringify(upload), { mode: 0o600 });
		} catch (error) {
			await this.forget(upload.id).catch(() => undefined);
			throw unusable(error);
		}
	}

	read = (id: string): Promise<Upload | undefined> => this.#read(`${id}.json`);

	/** How many bytes have arrived. */
	offset = async (id: string): Promise<number> => (await stat(this.path(id)).catch(() => undefined))?.size ?? 0;

	/**
	 * Adds bytes behind the `at` that are there. What has arrived when they break off is kept.
	 * @param bytes a chunk may be overwritten once the next is asked for. @returns how many are there now
	 * @throws TooManyBytes where they would be more than `most`
	 */
	async append(id: string, at: number, bytes: AsyncIterable<Uint8Array>, most: number): Promise<number> {
		const known = this.#hashes.get(id);
		const hash = known?.at === at ? known.hash : at === 0 ? createHash('sha256') : undefined;
		this.#hashes.delete(id);
		try {
			const part = await open(this.path(id), 'a', 0o600);
			try {
				for await (const chunk of bytes) {
					if (at + chunk.length > most) throw new TooManyBytes();
					await part.writeFile(chunk);
					hash?.update(chunk);
					at += chunk.length;
				}
			} finally {
				await part.close();
				if (hash) this.#remember(id, { at, hash });
			}
		} catch (error) {
			throw unusable(error);
		}
		return at;
	}

	/** SHA-256 of the `size` bytes; undefined if they have not all been seen by this process. */
	digest(id: string, size: number): string | undefined {
		const known = this.#hashes.get(id);
		return known?.at === size ? known.hash.copy().digest('hex') : undefined;
	}

	/** Whether this call, of several, has ended the upload: `rm` does not tell, it may succeed for all. */
	take = (id: string): Promise<boolean> =>
		unlink(this.#about(id)).then(
			() => true,
			() => false
		);

	async forget(id: string): Promise<void> {
		this.#hashes.delete(id);
		await rm(this.#about(id), { force: true });
		await rm(this.path(id), { force: true });
	}

	/** Removes files that were last changed before a time in milliseconds since 1970. @returns the ids of their uploads */
	async removeBefore(time: number, isInUse: (id: string) => boolean): Promise<Set<string>> {
		const removed = new Set<string>();
		for (const name of await readdir(this.#folder).catch(() => [])) {
			const [path, id] = [join(this.#folder, name), name.replace(/\.\w+$/, '')];
			const found = await stat(path).catch(() => undefined);
			if (!found || found.mtimeMs >= time || isInUse(id)) continue;
			await rm(path, { force: true });
			this.#hashes.delete(id);
			removed.add(id);
		}
		return removed;
	}

	path = (id: string) => join(this.#folder, `${id}.part`);
	#about = (id: string) => join(this.#folder, `${id}.json`);

	#read = async (name: string): Promise<Upload | undefined> =>
		parsed(Upload, await readFile(join(this.#folder, name), 'utf8').catch(() => undefined));

	#remember(id: string, known: { at: number; hash: Hash }): void {
		this.#hashes.set(id, known);
		const [oldest] = this.#hashes.keys();
		if (this.#hashes.size > MAX_HASHES && oldest !== undefined) this.#hashes.delete(oldest);
	}
}

/** A full disk is the place's fault, and a lost connection is not. */
function unusable(error: unknown): unknown {
	const isOfDisk = error instanceof Error && 'code' in error && 'syscall' in error && error.code !== 'ECONNRESET';
	return isOfDisk ? new BlobsUnavailable(`Uploads cannot be stored: ${error.message}`, { cause: error }) : error;
}
