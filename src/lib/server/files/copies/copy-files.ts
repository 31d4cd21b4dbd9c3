/** Copies the bytes of the files that records name from one place to another, and leaves files that are there already. */
import type { Blobs } from '../../../../blobs/port.ts';
import type { FileRecord } from '../file-records.ts';
import { digestOf, hashed } from '../content/hashed.ts';
import { isErased, listFiles, type Records } from './listed-files.ts';

export interface CopiedFiles {
	copied: number;
	bytes: number;
	/** Files that were there before. */
	kept: number;
	/** Files whose bytes are nowhere, or not those that were uploaded. */
	missing: FileRecord[];
}

/** Files copied at once: a bucket answers slowly, and a disk needs no more. */
const AT_ONCE = 4;

/**
 * @param from the first place that has the bytes is used
 * @param now the store itself, where `records` are of a backup: a file that was erased during the copy is not missing
 * @param repair reads the files that are there already, and replaces damaged ones
 */
export async function copyFiles(
	records: Records,
	from: readonly Blobs[],
	to: Blobs,
	{ now = records, repair = false }: { now?: Pick<Records, 'get'>; repair?: boolean } = {}
): Promise<CopiedFiles> {
	const done: CopiedFiles = { copied: 0, bytes: 0, kept: 0, missing: [] };
	const there = new Map<string, number>();
	for await (const { key, size } of to.list()) there.set(key, size);
	const files = listFiles(records);
	const copyOn = async () => {
		for (;;) {
			const next = await files.next();
			if (next.done) return;
			const file = next.value;
			const isThere = there.get(file.blob) === file.size && (!repair || (await digestOf(to, file)) === file.sha256);
			if (isThere) done.kept += 1;
			else if (await copyFile(file, from, to)) {
				done.copied += 1;
				done.bytes += file.size;
			} else if (!(await isErased(now, file))) done.missing.push(file);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, copyOn));
	return done;
}

async function copyFile({ blob, size, sha256 }: FileRecord, from: readonly Blobs[], to: Blobs): Promise<boolean> {
	for (const place of from) {
		const bytes = await place.get(blob);
		if (!bytes) continue;
		const { passed, digest } = hashed(bytes as AsyncIterable<Uint8Array>);
		try {
			await to.put(blob, passed, size);
		} catch (error) {
			bytes.destroy();
			// Bytes of another length, which are kept nowhere.
			if (!(error instanceof Error) || !/^The blob should have /.test(error.message)) throw error;
			continue;
		}
		if (digest() === sha256) return true;
		await to.delete(blob);
	}
	return false;
}
