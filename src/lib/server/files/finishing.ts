/** Makes a file of an upload that is whole: its bytes become a blob, and then it has a record. */
import type { Blobs } from '../../../blobs/port.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { UploadedFile } from '../../chat/files/file.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { FileRefusal } from '../../chat/text/file-texts.ts';
import { randomId } from '../storage/ids.ts';
import { readBlobPrefix } from './blob-prefix.ts';
import { withFile } from './content/byte-source.ts';
import { readContent } from './content/content.ts';
import { hashed } from './content/hashed.ts';
import { readPieces, sizeOfPieces, type Piece } from './content/pieces.ts';
import { uploadedFile, type FileRecord } from './file-records.ts';
import type { Parts, Upload } from './receiving/parts.ts';
import type { UploadLimits } from './upload-limits.ts';

/** Of these, metadata is removed. */
const LOSES_METADATA = new Set(['image/jpeg', 'image/png', 'image/webp']);

export interface Finishing {
	store: Hpkv;
	blobs: Blobs;
	limits: UploadLimits;
	parts: Parts;
	clock: () => number;
}

export type Finished = { ok: true; file: UploadedFile } | { ok: false; because: FileRefusal };

/** Bytes, then the record: a record without bytes would be a file that cannot be read. The upload stays, for its last request. */
export async function finish({ store, blobs, limits, parts, clock }: Finishing, upload: Upload): Promise<Finished> {
	const { id, person, name, original } = upload;
	const path = parts.path(id);
	const content = await withFile(path, readContent);
	// What cannot be read may hold metadata, as where it was taken.
	if (!original && LOSES_METADATA.has(content.type) && !content.pieces)
		return { ok: false, because: 'damaged-picture' };
	const all: Piece[] = [{ from: 0, to: upload.size }];
	const pieces = (!original && content.pieces) || all;
	const size = sizeOfPieces(pieces);
	// The place may be full by now.
	const refusal = await limits.refuses(size, id);
	if (refusal) return { ok: false, because: refusal };
	const blob = (await readBlobPrefix(store)) + randomId();
	const known = pieces === all ? parts.digest(id, size) : undefined;
	const sha256 = await storeBytes(blobs, { blob, path, pieces, size, known });
	limits.note(size);
	limits.release(id);
	const { type, w, h } = content;
	const record: FileRecord = {
		...{ id, person, name, type, size },
		...(size !== upload.size && { uploaded: upload.size }),
		...(w !== undefined && h !== undefined && { w, h }),
		...{ sha256, blob, uploadedAt: clock() }
	};
	await store.set(keys.file(id), JSON.stringify(record));
	return { ok: true, file: uploadedFile(record) };
}

/** @param known SHA-256 of the whole file, where that is what is stored. @returns that of what is stored */
async function storeBytes(
	blobs: Blobs,
	file: { blob: string; path: string; pieces: Piece[]; size: number; known: string | undefined }
): Promise<string> {
	const { blob, path, pieces, size, known } = file;
	if (known !== undefined && (await blobs.putFile?.(blob, path, size))) return known;
	const { passed, digest } = hashed(readPieces(path, pieces));
	await blobs.put(blob, passed, size);
	return digest();
}
