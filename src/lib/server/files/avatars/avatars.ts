/**
 * Makes avatars and the logo: squares of WebP, of an upload that is in no message. Each is a file, so that backups, copies and
 * checks have it; its claim says that it is in no message either. What shows it: shown-avatars.ts.
 */
import { BlobsUnavailable, type Blobs } from '../../../../blobs/port.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { shownAs } from '../../../chat/files/file.ts';
import { AVATAR_SIDE } from '../../../chat/limits.ts';
import { keys } from '../../../chat/storage/keys.ts';
import type { AvatarRefusal } from '../../../chat/text/avatar-texts.ts';
import type { FileRefusal } from '../../../chat/text/file-texts.ts';
import { PicturesBusy, type PictureBox, type Pictures } from '../../pictures/pictures.ts';
import { appendToken } from '../../storage/claims.ts';
import { randomId } from '../../storage/ids.ts';
import { avatarToken, readFileUse, sweptToken } from '../attach.ts';
import { eraseFile } from '../attached/erase.ts';
import { readBlobPrefix } from '../blob-prefix.ts';
import { hashed } from '../content/hashed.ts';
import { FILE_ID, readFileRecord, type FileRecord } from '../file-records.ts';
import type { UploadLimits } from '../upload-limits.ts';

const BOX: PictureBox = { width: AVATAR_SIDE, height: AVATAR_SIDE, fit: 'cover' };

export interface AvatarsOptions {
	store: Hpkv;
	blobs: Blobs;
	limits: Pick<UploadLimits, 'note' | 'refuses' | 'sizes'>;
	pictures: Pictures;
	clock: () => number;
	failed: (error: unknown) => void;
	/** Called where the bytes of an upload could not be removed; the sweep removes them later. */
	notErased: (error: unknown) => void;
}

export type Made = { ok: true; id: string } | { ok: false; because: AvatarRefusal | FileRefusal };

const refused = (because: AvatarRefusal | FileRefusal): Made => ({ ok: false, because });

export class Avatars {
	readonly #options: AvatarsOptions;

	constructor(options: AvatarsOptions) {
		this.#options = options;
	}

	/** Why nobody can set a picture. */
	get lack(): 'uploads' | 'sharp' | undefined {
		const { limits, pictures } = this.#options;
		return limits.sizes.most === 0 ? 'uploads' : pictures.available ? undefined : 'sharp';
	}

	/** Makes an avatar of the person's upload, which is erased. Nothing shows it yet. */
	async make(person: string, upload: string): Promise<Made> {
		const { store, clock, failed, notErased } = this.#options;
		if (this.lack) return refused(this.lack === 'uploads' ? 'off' : 'no-sharp');
		const record = FILE_ID.test(upload) ? await readFileRecord(store, upload) : undefined;
		if (record?.person !== person) return refused('gone');
		if (readFileUse(await store.get(keys.fileUse(upload))).by !== 'nobody') return refused('used');
		// From here on no message gets it, and the sweep erases it after a crash.
		await appendToken(store, keys.fileUse(upload), sweptToken(clock()));
		if (readFileUse(await store.get(keys.fileUse(upload))).by !== 'sweep') return refused('used');
		try {
			return shownAs(record) === 'picture' ? await this.#make(record) : refused('no-picture');
		} catch (error) {
			if (error instanceof PicturesBusy) return refused('busy');
			if (!(error instanceof BlobsUnavailable)) throw error;
			failed(error);
			return refused(error.isFull ? 'disk' : 'busy');
		} finally {
			// Not its claim: a send that has looked at the file before loses by it. The sweep removes it (isOver).
			await eraseFile(this.#options, upload).catch(notErased);
		}
	}

	/** Bytes, then the record, then its claim: without one, the sweep takes it as an upload that no message took. */
	async #make({ person, size, blob: source }: FileRecord): Promise<Made> {
		const { store, blobs, limits, pictures, clock } = this.#options;
		const webp = await pictures.webp({ size, open: () => blobs.get(source) }, BOX);
		if (!webp) return refused(pictures.available ? 'no-picture' : 'no-sharp');
		const refusal = await limits.refuses(webp.length);
		if (refusal) return refused(refusal);
		const [id, blob] = [randomId(), (await readBlobPrefix(store)) + randomId()];
		const { passed, digest } = hashed(chunk(webp));
		await blobs.put(blob, passed, webp.length);
		limits.note(webp.length);
		const record: FileRecord = {
			...{ id, person, name: 'avatar.webp', type: 'image/webp', size: webp.length },
			...{ sha256: digest(), blob, uploadedAt: clock() }
		};
		await store.set(keys.file(id), JSON.stringify(record));
		await appendToken(store, keys.fileUse(id), avatarToken(clock()));
		return { ok: true, id };
	}
}

async function* chunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}
