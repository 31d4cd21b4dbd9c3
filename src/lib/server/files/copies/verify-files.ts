/** Compares the bytes of files with the records that name them. */
import type { Blobs, StoredBlob } from '../../../../blobs/port.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { readFileUse } from '../attach.ts';
import type { FileRecord } from '../file-records.ts';
import { digestOf } from '../content/hashed.ts';
import { readAllThumbnails } from '../thumbnails/thumbnail-record.ts';
import { isErased, listFiles, type Records } from './listed-files.ts';

export interface VerifiedFiles {
	sound: number;
	bytes: number;
	/** Files whose bytes are nowhere. */
	missing: Placed[];
	/** Files whose bytes are not those that were uploaded. */
	damaged: Placed[];
	/** Ids of records that cannot be read: any bytes may be theirs. */
	unreadable: string[];
	/** Bytes that no record names. */
	strays: StoredBlob[];
}

export interface Placed {
	file: FileRecord;
	/** Undefined for a file that is in no message. */
	message?: { room: string; n: number };
	/** Whether it is, or was, the picture of a person or the logo. */
	isAvatar: boolean;
}

/** Reads all bytes. */
export async function verifyFiles(records: Records, blobs: Blobs): Promise<VerifiedFiles> {
	const verified: VerifiedFiles = { sound: 0, bytes: 0, missing: [], damaged: [], unreadable: [], strays: [] };
	// Listed first: bytes are stored before their record.
	const strays = new Map<string, StoredBlob>();
	for await (const blob of blobs.list()) strays.set(blob.key, blob);
	for await (const file of listFiles(records, (id) => verified.unreadable.push(id))) {
		strays.delete(file.blob);
		// A file that the disk does not give must not hide what the others are.
		const digest = await digestOf(blobs, file).catch(() => 'unreadable');
		if (digest === file.sha256) {
			verified.sound += 1;
			verified.bytes += file.size;
		} else if (!(await isErased(records, file)))
			verified[digest === undefined ? 'missing' : 'damaged'].push(await placed(records, file));
	}
	// A thumbnail that is missing is made again.
	for (const { blobs: named } of (await readAllThumbnails(records)).values())
		for (const blob of named) strays.delete(blob);
	verified.strays = [...strays.values()];
	return verified;
}

async function placed(records: Records, file: FileRecord): Promise<Placed> {
	const use = readFileUse(await records.get(keys.fileUse(file.id)));
	return { file, isAvatar: use.by === 'avatar', ...(use.by === 'send' && { message: { room: use.room, n: use.n } }) };
}
