/**
 * A thumbnail is made at its first request. So a picture that was imported, restored or uploaded before sharp was installed has
 * one too, and a picture that nobody looks at costs nothing.
 */
import type { Readable } from 'node:stream';
import type { Blobs } from '../../../../blobs/port.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { hasThumbnail } from '../../../chat/files/file.ts';
import { THUMBNAIL_HEIGHT, THUMBNAIL_WAIT_MS, THUMBNAIL_WIDTH } from '../../../chat/limits.ts';
import { PicturesBusy, type PictureBox, type Pictures } from '../../pictures/pictures.ts';
import { randomId } from '../../storage/ids.ts';
import { readBlobPrefix } from '../blob-prefix.ts';
import { readFileRecord, type FileRecord } from '../file-records.ts';
import type { UploadLimits } from '../upload-limits.ts';
import { claimThumbnail, eraseThumbnail, type Thumbnail } from './thumbnail-record.ts';

const BOX: PictureBox = { width: THUMBNAIL_WIDTH, height: THUMBNAIL_HEIGHT, fit: 'inside' };

export interface ThumbnailsOptions {
	store: Hpkv;
	blobs: Blobs;
	limits: Pick<UploadLimits, 'note' | 'refuses'>;
	pictures: Pictures;
	failed: (error: unknown) => void;
	waitMs?: number;
}

/** Bytes of WebP. */
export interface OpenThumbnail {
	bytes: Readable;
	size: number;
}

export class Thumbnails {
	readonly #options: ThumbnailsOptions;
	/** By file: requests for one thumbnail wait for one making. */
	readonly #making = new Map<string, Promise<Thumbnail | undefined>>();

	constructor(options: ThumbnailsOptions) {
		this.#options = options;
	}

	/**
	 * @param known what the store says
	 * @returns undefined where the original is to be shown, for now or for ever; `isNew` if time has passed, in which rights may
	 * have ended
	 */
	async open(record: FileRecord, known: Thumbnail | undefined): Promise<{ found?: OpenThumbnail; isNew: boolean }> {
		if (!hasThumbnail(record) || known === 'none') return { isNew: false };
		const found = known && (await this.#open(known));
		if (found) return { found, isNew: false };
		const made = await this.#made(record, known);
		return { found: made && made !== 'none' ? await this.#open(made) : undefined, isNew: true };
	}

	async #open({ blob, size }: Exclude<Thumbnail, 'none'>): Promise<OpenThumbnail | undefined> {
		const bytes = await this.#options.blobs.get(blob);
		// Nobody may be listening yet.
		bytes?.on('error', () => undefined);
		return bytes && { bytes, size };
	}

	async #made(record: FileRecord, missing: Thumbnail | undefined): Promise<Thumbnail | undefined> {
		let making = this.#making.get(record.id);
		if (!making) {
			making = this.#make(record, missing)
				.catch((error: unknown) => {
					if (!(error instanceof PicturesBusy)) this.#options.failed(error);
					return undefined;
				})
				.finally(() => this.#making.delete(record.id));
			this.#making.set(record.id, making);
		}
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<undefined>((over) => {
			timer = setTimeout(() => over(undefined), this.#options.waitMs ?? THUMBNAIL_WAIT_MS);
		});
		return Promise.race([making, late]).finally(() => clearTimeout(timer));
	}

	async #make(record: FileRecord, missing: Thumbnail | undefined): Promise<Thumbnail | undefined> {
		const { store, blobs, limits, pictures } = this.#options;
		// What is left of a disk is for messages.
		if (!pictures.available || (await limits.refuses(1))) return undefined;
		const webp = await pictures.webp({ size: record.size, open: () => blobs.get(record.blob) }, BOX);
		// sharp turned out not to run here.
		if (!webp && !pictures.available) return undefined;
		if (missing) await eraseThumbnail({ store, blobs, limits }, record.id);
		return this.#keep(record, webp && webp.length < record.size ? webp : undefined);
	}

	/** Stores the bytes, then their record, and then looks whether the file was erased meanwhile: only a sweep would erase its thumbnail. */
	async #keep({ id }: FileRecord, webp: Uint8Array | undefined): Promise<Thumbnail | undefined> {
		const { store, blobs, limits } = this.#options;
		let made: Thumbnail = 'none';
		if (webp) {
			made = { blob: (await readBlobPrefix(store)) + randomId(), size: webp.length };
			await blobs.put(made.blob, chunk(webp), made.size);
			limits.note(made.size);
		}
		const winner = await claimThumbnail(store, id, made);
		if (!(await readFileRecord(store, id))) {
			await eraseThumbnail({ store, blobs, limits }, id);
			return undefined;
		}
		if (made !== 'none' && (winner === 'none' || winner?.blob !== made.blob)) {
			await blobs.delete(made.blob);
			limits.note(-made.size);
		}
		return winner;
	}
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}
