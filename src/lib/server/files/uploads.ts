/**
 * Uploads: bytes arrive in parts, go on at an offset after a lost connection or a restart of the process, and become a file when
 * they are whole. Until then they are on the disk of this process, and the store knows nothing of them.
 */
import { appendFile, mkdir, open, readdir, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { BlobsUnavailable, type Blobs } from '../../../blobs/port.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_FILES, UPLOAD_KEPT_MS, UPLOADS_AT_ONCE } from '../../chat/limits.ts';
import { fileName } from './file-name.ts';
import type { UploadedFile } from '../../chat/files/file.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { FileRefusal } from '../../chat/text/file-texts.ts';
import { randomId } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { withFile } from './content/byte-source.ts';
import { readContent } from './content/content.ts';
import { hashed } from './content/hashed.ts';
import { readPieces, sizeOfPieces, type Piece } from './content/pieces.ts';
import { readBlobPrefix } from './blob-prefix.ts';
import { FILE_ID, readFileRecord, uploadedFile, type FileRecord } from './file-records.ts';
import type { UploadLimits } from './upload-limits.ts';

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

/** How far an upload has come; `file` when it is whole. */
export interface Progress {
	id: string;
	name: string;
	size: number;
	offset: number;
	file?: UploadedFile;
}

export type Refused = { ok: false; because: FileRefusal };
export type Uploaded = { ok: true; progress: Progress } | Refused;
/** `offset`: where the upload goes on; the request named another. */
export type Appended = Uploaded | { ok: false; because: 'offset'; offset: number };

/** Of these, metadata is removed. */
const LOSES_METADATA = new Set(['image/jpeg', 'image/png', 'image/webp']);

const refused = (because: FileRefusal): Refused => ({ ok: false, because });

export type Added = { ok: true; file: UploadedFile } | Refused;

export interface UploadsOptions {
	store: Hpkv;
	blobs: Blobs;
	limits: UploadLimits;
	/** For uploads that are not whole; made with the first. */
	folder: string;
	clock: () => number;
}

export class Uploads {
	readonly limits: UploadLimits;
	readonly #options: UploadsOptions;
	/** Requests that send bytes, by person and by upload. */
	readonly #sending = new Map<string, number>();
	readonly #writers = new Map<string, { stop: () => void; ended: Promise<unknown> }>();
	#made: Promise<unknown> | undefined;

	constructor(options: UploadsOptions) {
		this.#options = options;
		this.limits = options.limits;
	}

	async begin(person: string, given: { name: string; size: number; original?: boolean }): Promise<Uploaded> {
		const { size, original = false } = given;
		if (size === 0) return refused('empty');
		const now = this.#options.clock();
		await this.#makeFolder();
		const upload: Upload = { id: randomId(), person, name: fileName(given.name), size, original, startedAt: now };
		this.limits.reserve(upload.id, size);
		try {
			const refusal = await this.limits.take(person, size, now, upload.id);
			if (refusal) {
				this.limits.release(upload.id);
				return refused(refusal);
			}
			await writeFile(this.#part(upload.id), '', { mode: 0o600 });
			await writeFile(this.#about(upload.id), JSON.stringify(upload), { mode: 0o600 });
		} catch (error) {
			this.limits.release(upload.id);
			throw unusable(error);
		}
		return { ok: true, progress: progressOf(upload, 0) };
	}

	/** Undefined for another person's, and one that is not known. */
	async progress(person: string, id: string): Promise<Progress | undefined> {
		const upload = await this.#read(person, id);
		const offset = upload && (await this.#offset(id));
		if (upload && offset !== undefined && offset < upload.size) return progressOf(upload, offset);
		// Whole, perhaps without a record: then the last request is to be repeated.
		const record = FILE_ID.test(id) ? await readFileRecord(this.#options.store, id) : undefined;
		if (record?.person === person) return wholeOf(record);
		return upload && progressOf(upload, upload.size);
	}

	/**
	 * Adds bytes at `offset`. What has arrived of `bytes` when they break off is kept. A later request for the same upload ends
	 * an earlier one, whose connection may be lost without this process knowing.
	 */
	async append(
		person: string,
		id: string,
		offset: number,
		bytes: AsyncIterable<Uint8Array> & { destroy?: () => unknown }
	): Promise<Appended> {
		const upload = await this.#read(person, id);
		if (!upload) return this.#repeated(person, id, offset);
		if ((this.#sending.get(person) ?? 0) >= UPLOADS_AT_ONCE && !this.#writers.has(id)) return refused('at-once');
		// From here to the writer nothing is awaited: of several requests, each waits for the one before it.
		const earlier = this.#writers.get(id);
		earlier?.stop();
		this.#count(person, 1);
		const appended = this.#inTurn(earlier?.ended, upload, offset, bytes);
		const writer = { stop: () => void bytes.destroy?.(), ended: appended.catch(() => undefined) };
		this.#writers.set(id, writer);
		try {
			return await appended;
		} finally {
			this.#count(person, -1);
			if (this.#writers.get(id) === writer) this.#writers.delete(id);
		}
	}

	async #inTurn(
		earlier: Promise<unknown> | undefined,
		{ person, id }: Upload,
		offset: number,
		bytes: AsyncIterable<Uint8Array>
	): Promise<Appended> {
		await earlier;
		// The one before may have finished or forgotten it.
		const upload = await this.#read(person, id);
		return upload ? this.#append(upload, offset, bytes) : this.#repeated(person, id, offset);
	}

	/** The answer to the last bytes was lost. */
	async #repeated(person: string, id: string, offset: number): Promise<Appended> {
		const record = FILE_ID.test(id) ? await readFileRecord(this.#options.store, id) : undefined;
		if (record?.person !== person || (record.uploaded ?? record.size) !== offset) return refused('gone');
		return { ok: true, progress: wholeOf(record) };
	}

	async #append(upload: Upload, offset: number, bytes: AsyncIterable<Uint8Array>): Promise<Appended> {
		const { id, size } = upload;
		let at = await this.#offset(id);
		if (offset !== at) return { ok: false, because: 'offset', offset: at };
		try {
			const part = await open(this.#part(id), 'a', 0o600);
			try {
				for await (const chunk of bytes) {
					if (at + chunk.length > size) {
						await this.#forget(upload);
						return refused('too-large');
					}
					await part.writeFile(chunk);
					at += chunk.length;
				}
			} finally {
				await part.close();
			}
		} catch (error) {
			throw unusable(error);
		}
		if (at < size) return { ok: true, progress: progressOf(upload, at) };
		const finished = await this.#finish(upload);
		return finished.ok ? { ok: true, progress: { ...progressOf(upload, at), file: finished.file } } : finished;
	}

	/** A file of unknown size in one go. All of `bytes` is read, also of a file that is refused. */
	async add(
		person: string,
		{ name: given, original }: { name: string; original: boolean },
		bytes: Readable
	): Promise<Added> {
		const { sizes } = this.limits;
		const name = fileName(given);
		const upload: Upload = { id: randomId(), person, name, size: 0, original, startedAt: this.#options.clock() };
		const path = this.#part(upload.id);
		const isFull = (this.#sending.get(person) ?? 0) >= UPLOADS_AT_ONCE * MAX_FILES;
		// Its size is known at its end: until then it counts as the largest.
		this.limits.reserve(upload.id, sizes.most);
		const refusal: FileRefusal | undefined = isFull
			? 'at-once'
			: ((await this.limits.refuses(1, upload.id)) ?? (await this.limits.isOverToday(person, upload.startedAt)));
		if (refusal) {
			this.limits.release(upload.id);
			bytes.resume();
			return refused(refusal);
		}
		this.#count(person, 1);
		try {
			await this.#makeFolder();
			for await (const chunk of bytes as AsyncIterable<Buffer>) {
				upload.size += chunk.length;
				if (upload.size <= sizes.most) await appendFile(path, chunk, { mode: 0o600 });
			}
			if (upload.size === 0) return refused('empty');
			const refusal = await this.limits.take(person, upload.size, upload.startedAt, upload.id);
			if (refusal) return refused(refusal);
			const finished = await this.#finish(upload);
			// A damaged picture has given back already.
			if (!finished.ok && finished.because !== 'damaged-picture')
				await this.limits.giveBack(person, upload.size, upload.startedAt);
			return finished;
		} catch (error) {
			bytes.resume();
			throw unusable(error);
		} finally {
			this.#count(person, -1);
			await this.#forget(upload);
		}
	}

	/** Takes an upload back that is in no message; an attached file stays. */
	async remove(person: string, id: string): Promise<void> {
		const writer = this.#writers.get(id);
		if (writer) {
			writer.stop();
			await writer.ended;
		}
		const upload = await this.#read(person, id);
		if (!upload) return;
		// Of several calls, the one that has removed it gives back. `rm` does not tell: it may succeed for all.
		const isMine = await unlink(this.#about(id)).then(
			() => true,
			() => false
		);
		if (!isMine) return;
		await this.#forget(upload);
		await this.limits.giveBack(person, upload.size, upload.startedAt);
	}

	/** Bytes, then the record: a record without bytes would be a file that cannot be read. */
	async #finish(upload: Upload): Promise<Added> {
		const { store, blobs } = this.#options;
		const { id, person, name, original } = upload;
		const path = this.#part(id);
		const finished = await readFileRecord(store, id);
		if (finished) {
			// The process has ended between the two.
			await this.#forget(upload);
			return { ok: true, file: uploadedFile(finished) };
		}
		const content = await withFile(path, readContent);
		// What cannot be read may hold metadata, as where it was taken.
		if (!original && LOSES_METADATA.has(content.type) && !content.pieces) {
			await this.#forget(upload);
			await this.limits.giveBack(person, upload.size, upload.startedAt);
			return refused('damaged-picture');
		}
		const pieces: Piece[] = (!original && content.pieces) || [{ from: 0, to: upload.size }];
		const size = sizeOfPieces(pieces);
		// The place may be full by now. The upload is kept: its last request can be repeated.
		const refusal = await this.limits.refuses(size, id);
		if (refusal) return refused(refusal);
		const { passed, digest } = hashed(readPieces(path, pieces));
		const blob = (await readBlobPrefix(store)) + randomId();
		await blobs.put(blob, passed, size);
		this.limits.note(size);
		this.limits.release(id);
		const { type, w, h } = content;
		const record: FileRecord = {
			...{ id, person, name, type, size },
			...(size !== upload.size && { uploaded: upload.size }),
			...(w !== undefined && h !== undefined && { w, h }),
			...{ sha256: digest(), blob, uploadedAt: this.#options.clock() }
		};
		await store.set(keys.file(id), JSON.stringify(record));
		await this.#forget(upload);
		return { ok: true, file: uploadedFile(record) };
	}

	/** Removes uploads of this process's disk that were begun a day ago and are not whole; then counts what is stored. */
	async sweep(): Promise<void> {
		const before = this.#options.clock() - UPLOAD_KEPT_MS;
		for (const name of await readdir(this.#options.folder).catch(() => [])) {
			const path = join(this.#options.folder, name);
			const found = await stat(path).catch(() => undefined);
			if (found && found.mtimeMs < before && !this.#writers.has(name.slice(0, -5))) {
				await rm(path, { force: true });
				this.limits.release(name.slice(0, -5));
			}
		}
		await this.limits.countAgain();
	}

	#count(person: string, by: number): void {
		const count = (this.#sending.get(person) ?? 0) + by;
		if (count > 0) this.#sending.set(person, count);
		else this.#sending.delete(person);
	}

	async #read(person: string, id: string): Promise<Upload | undefined> {
		if (!FILE_ID.test(id)) return undefined;
		const upload = parsed(Upload, await readFile(this.#about(id), 'utf8').catch(() => undefined));
		return upload?.person === person ? upload : undefined;
	}

	#offset = async (id: string): Promise<number> => (await stat(this.#part(id)).catch(() => undefined))?.size ?? 0;

	async #forget({ id }: Upload): Promise<void> {
		this.limits.release(id);
		await rm(this.#about(id), { force: true });
		await rm(this.#part(id), { force: true });
	}

	async #makeFolder(): Promise<void> {
		this.#made ??= mkdir(this.#options.folder, { recursive: true, mode: 0o700 }).then(() => this.#reserveEarlier());
		await this.#made.catch((error: unknown) => {
			this.#made = undefined;
			throw unusable(error);
		});
	}

	/** What was begun before this process. */
	async #reserveEarlier(): Promise<void> {
		for (const name of await readdir(this.#options.folder)) {
			if (!name.endsWith('.json')) continue;
			const text = await readFile(join(this.#options.folder, name), 'utf8').catch(() => undefined);
			const upload = parsed(Upload, text);
			if (upload) this.limits.reserve(upload.id, upload.size);
		}
	}

	#part = (id: string) => join(this.#options.folder, `${id}.part`);
	#about = (id: string) => join(this.#options.folder, `${id}.json`);
}

const wholeOf = (record: FileRecord): Progress => {
	const { id, name, size, uploaded = size } = record;
	return { id, name, size: uploaded, offset: uploaded, file: uploadedFile(record) };
};

const progressOf = ({ id, name, size }: Upload, offset: number): Progress => ({ id, name, size, offset });

/** A full disk is the place's fault, and a lost connection is not. */
function unusable(error: unknown): unknown {
	const isOfDisk = error instanceof Error && 'code' in error && 'syscall' in error && error.code !== 'ECONNRESET';
	return isOfDisk ? new BlobsUnavailable(`Uploads cannot be stored: ${error.message}`, { cause: error }) : error;
}
