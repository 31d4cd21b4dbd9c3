/**
 * Uploads: bytes arrive in parts, go on at an offset after a lost connection or a restart of the process, and become a file when
 * they are whole. Until then they are on the disk of this process, and the store knows nothing of them.
 */
import { BlobsUnavailable, type Blobs } from '../../../blobs/port.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { UploadedFile } from '../../chat/files/file.ts';
import { MAX_FILES, UPLOAD_KEPT_MS, UPLOADS_AT_ONCE } from '../../chat/limits.ts';
import type { FileRefusal } from '../../chat/text/file-texts.ts';
import { randomId } from '../storage/ids.ts';
import { fileName } from './file-name.ts';
import { FILE_ID, readFileRecord, uploadedFile, type FileRecord } from './file-records.ts';
import { finish, type Finished } from './finishing.ts';
import { Parts, TooManyBytes, type Upload } from './receiving/parts.ts';
import { Turns } from './receiving/turns.ts';
import type { UploadLimits } from './upload-limits.ts';

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
export type Added = Finished;

const refused = (because: FileRefusal): Refused => ({ ok: false, because });

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
	/** How many requests of a person send bytes. */
	readonly #sending = new Map<string, number>();
	readonly #turns = new Turns();
	readonly #parts: Parts;

	constructor(options: UploadsOptions) {
		this.#options = options;
		this.#parts = new Parts(options.folder);
		this.limits = options.limits;
	}

	async begin(person: string, given: { name: string; size: number; original?: boolean }): Promise<Uploaded> {
		const { size, original = false } = given;
		if (size === 0) return refused('empty');
		const now = this.#options.clock();
		await this.#open();
		const upload: Upload = { id: randomId(), person, name: fileName(given.name), size, original, startedAt: now };
		this.limits.reserve(upload.id, size);
		try {
			const refusal = await this.limits.take(person, size, now, upload.id);
			if (refusal) {
				this.limits.release(upload.id);
				return refused(refusal);
			}
			await this.#parts.begin(upload);
		} catch (error) {
			this.limits.release(upload.id);
			return fullDisk(error);
		}
		return { ok: true, progress: progressOf(upload, 0) };
	}

	/** Undefined for another person's, and one that is not known. */
	async progress(person: string, id: string): Promise<Progress | undefined> {
		const upload = await this.#read(person, id);
		const offset = upload && (await this.#parts.offset(id));
		if (upload && offset !== undefined && offset < upload.size) return progressOf(upload, offset);
		// Whole, perhaps without a record: then the last request is to be repeated.
		const record = FILE_ID.test(id) ? await readFileRecord(this.#options.store, id) : undefined;
		if (record?.person === person) return wholeOf(record);
		return upload && progressOf(upload, upload.size);
	}

	/**
	 * Adds bytes at `offset`. What has arrived of `bytes` when they break off is kept. A later request for the same upload ends
	 * an earlier one.
	 */
	append(
		person: string,
		id: string,
		offset: number,
		bytes: AsyncIterable<Uint8Array> & { destroy?: () => unknown }
	): Promise<Appended> {
		return this.#turns.take(
			{ id, person },
			() => void bytes.destroy?.(),
			async () => {
				const upload = await this.#read(person, id);
				if (!upload) return this.#repeated(person, id, offset);
				if ((this.#sending.get(person) ?? 0) >= UPLOADS_AT_ONCE) return refused('at-once');
				this.#count(person, 1);
				try {
					return await this.#append(upload, offset, bytes);
				} finally {
					this.#count(person, -1);
				}
			}
		);
	}

	/** The answer to the last bytes was lost. */
	async #repeated(person: string, id: string, offset: number): Promise<Appended> {
		const record = FILE_ID.test(id) ? await readFileRecord(this.#options.store, id) : undefined;
		if (record?.person !== person || (record.uploaded ?? record.size) !== offset) return refused('gone');
		return { ok: true, progress: wholeOf(record) };
	}

	async #append(upload: Upload, offset: number, bytes: AsyncIterable<Uint8Array>): Promise<Appended> {
		const { id, size } = upload;
		const at = await this.#parts.offset(id);
		if (offset !== at) return { ok: false, because: 'offset', offset: at };
		let arrived: number;
		try {
			arrived = await this.#parts.append(id, at, bytes, size);
		} catch (error) {
			if (!(error instanceof TooManyBytes)) return fullDisk(error);
			await this.#forget(upload);
			return refused('too-large');
		}
		if (arrived < size) return { ok: true, progress: progressOf(upload, arrived) };
		const finished = await this.#finish(upload);
		return finished.ok ? { ok: true, progress: { ...progressOf(upload, arrived), file: finished.file } } : finished;
	}

	/** A file of unknown size in one go. */
	async add(
		person: string,
		{ name: given, original }: { name: string; original: boolean },
		bytes: AsyncIterable<Uint8Array>
	): Promise<Added> {
		const { most } = this.limits.sizes;
		const name = fileName(given);
		const upload: Upload = { id: randomId(), person, name, size: 0, original, startedAt: this.#options.clock() };
		const isFull = (this.#sending.get(person) ?? 0) >= UPLOADS_AT_ONCE * MAX_FILES;
		// Its size is known at its end: until then it counts as the largest.
		this.limits.reserve(upload.id, most);
		const refusal: FileRefusal | undefined = isFull
			? 'at-once'
			: ((await this.limits.refuses(1, upload.id)) ?? (await this.limits.isOverToday(person, upload.startedAt)));
		if (refusal) {
			this.limits.release(upload.id);
			return refused(refusal);
		}
		this.#count(person, 1);
		try {
			await this.#open();
			upload.size = await this.#parts.append(upload.id, 0, bytes, most);
			if (upload.size === 0) return refused('empty');
			const refusal = await this.limits.take(person, upload.size, upload.startedAt, upload.id);
			if (refusal) return refused(refusal);
			const finished = await this.#finish(upload);
			// A damaged picture has given back already.
			if (!finished.ok && finished.because !== 'damaged-picture')
				await this.limits.giveBack(person, upload.size, upload.startedAt);
			return finished;
		} catch (error) {
			return error instanceof TooManyBytes ? refused('too-large') : fullDisk(error);
		} finally {
			this.#count(person, -1);
			await this.#forget(upload);
		}
	}

	/** Takes an upload back that is in no message; an attached file stays. */
	remove(person: string, id: string): Promise<void> {
		return this.#turns.take(
			{ id, person },
			() => undefined,
			async () => {
				const upload = await this.#read(person, id);
				// Another process may remove it as well: one gives back.
				if (!upload || !(await this.#parts.take(id))) return;
				await this.#forget(upload);
				await this.limits.giveBack(person, upload.size, upload.startedAt);
			}
		);
	}

	async #finish(upload: Upload): Promise<Added> {
		const { store } = this.#options;
		const record = await readFileRecord(store, upload.id);
		// With a record, a process has ended between that and the end of the upload.
		const finished: Added = record
			? { ok: true, file: uploadedFile(record) }
			: await finish({ ...this.#options, parts: this.#parts }, upload).catch(fullDisk);
		// The upload of a full place is kept: its last request can be repeated.
		const isOver = finished.ok || finished.because === 'damaged-picture';
		if (isOver) await this.#forget(upload);
		if (isOver && !finished.ok) await this.limits.giveBack(upload.person, upload.size, upload.startedAt);
		return finished;
	}

	/** Removes uploads of this process's disk that were begun a day ago and are not whole; then counts what is stored. */
	async sweep(): Promise<void> {
		const before = this.#options.clock() - UPLOAD_KEPT_MS;
		for (const id of await this.#parts.removeBefore(before, (id) => this.#turns.isTaken(id))) this.limits.release(id);
		await this.limits.countAgain();
	}

	#count(person: string, by: number): void {
		const count = (this.#sending.get(person) ?? 0) + by;
		if (count > 0) this.#sending.set(person, count);
		else this.#sending.delete(person);
	}

	async #read(person: string, id: string): Promise<Upload | undefined> {
		const upload = FILE_ID.test(id) ? await this.#parts.read(id) : undefined;
		return upload?.person === person ? upload : undefined;
	}

	async #forget({ id }: Upload): Promise<void> {
		this.limits.release(id);
		await this.#parts.forget(id);
	}

	#open = (): Promise<void> => this.#parts.open(({ id, size }) => this.limits.reserve(id, size));
}

const wholeOf = (record: FileRecord): Progress => {
	const { id, name, size, uploaded = size } = record;
	return { id, name, size: uploaded, offset: uploaded, file: uploadedFile(record) };
};

const progressOf = ({ id, name, size }: Upload, offset: number): Progress => ({ id, name, size, offset });

/** A disk that has filled up meanwhile refuses as one that is almost full does: what has arrived is kept. */
function fullDisk(error: unknown): Refused {
	if (error instanceof BlobsUnavailable && error.isFull) return refused('disk');
	throw error;
}
