import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { isBlobKey } from '../../../blobs/port.ts';
import type { AttachedFile, UploadedFile } from '../../chat/files/file.ts';
import { keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';

export const FILE_ID = /^[a-z2-7]{26}$/;

/** The record of a file whose bytes are stored. */
export const FileRecord = z.object({
	id: z.string().regex(FILE_ID),
	/** Who has uploaded it, and may attach it. */
	person: z.string(),
	name: z.string(),
	type: z.string(),
	size: z.int().nonnegative(),
	/** Bytes that were sent, where metadata was removed from them. */
	uploaded: z.int().nonnegative().optional(),
	w: z.int().positive().optional(),
	h: z.int().positive().optional(),
	sha256: z.string(),
	/** Random, never a digest: it tells nothing and gives nothing. */
	blob: z.string().refine(isBlobKey),
	/** Milliseconds since 1970. */
	uploadedAt: z.number()
});
export type FileRecord = z.infer<typeof FileRecord>;

export const readFileRecord = async (store: Hpkv, id: string): Promise<FileRecord | undefined> =>
	parsed(FileRecord, await store.get(keys.file(id)));

/** What pages and messages say of it. */
export const uploadedFile = ({ id, name, type, size, w, h }: FileRecord): UploadedFile => ({
	...{ id, name, type, size },
	...(w !== undefined && h !== undefined && { w, h })
});

/** Those of `wanted` that are the person's own, for the page of a refused send. One operation a file. */
export async function readOwnFiles(
	store: Hpkv,
	person: string | undefined,
	wanted: readonly { id: string; alt?: string }[]
): Promise<AttachedFile[]> {
	const own = wanted.filter(({ id }) => person !== undefined && FILE_ID.test(id));
	const records = await Promise.all(own.map(({ id }) => readFileRecord(store, id)));
	return records.flatMap((record, i) => {
		const alt = own[i]?.alt;
		return record?.person === person ? { ...uploadedFile(record as FileRecord), ...(alt && { alt }) } : [];
	});
}
