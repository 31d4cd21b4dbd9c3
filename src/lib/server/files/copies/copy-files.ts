/** Copies the bytes of the files that records name from one place to another, and leaves files that are there already. */
import type { Readable } from 'node:stream';
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
	/** Files that a disk cannot read, each with its error. */
	unreadable: { file: FileRecord; reason: string }[];
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
	const done: CopiedFiles = { copied: 0, bytes: 0, kept: 0, missing: [], unreadable: [] };
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
			else {
				const copied = await copyFile(file, from, to);
				if (copied === true) {
					done.copied += 1;
					done.bytes += file.size;
				} else if (copied instanceof Unreadable) done.unreadable.push({ file, reason: copied.message });
				else if (!(await isErased(now, file))) done.missing.push(file);
			}
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, copyOn));
	return done;
}

/** A disk may fail for one file: the others are copied. A bucket that fails does so for all: the copy ends. */
class Unreadable extends Error {}

/** @returns false if no place has the bytes that were uploaded */
async function copyFile(
	{ blob, size, sha256 }: FileRecord,
	from: readonly Blobs[],
	to: Blobs
): Promise<boolean | Unreadable> {
	let unreadable: Unreadable | undefined;
	for (const place of from) {
		const { passed, digest } = hashed(readFrom(place, blob));
		try {
			await to.put(blob, passed, size);
		} catch (error) {
			if (error instanceof Absent) continue;
			if (error instanceof Unreadable) {
				unreadable = error;
				continue;
			}
			// Bytes of another length, which are kept nowhere.
			if (!(error instanceof Error) || !/^The blob should have /.test(error.message)) throw error;
			continue;
		}
		if (digest() === sha256) return true;
		await to.delete(blob);
	}
	return unreadable ?? false;
}

class Absent extends Error {}

/** Throws {@link Absent} and {@link Unreadable}, by which the caller tells errors of reading from those of writing. */
async function* readFrom(place: Blobs, blob: string): AsyncGenerator<Uint8Array> {
	let bytes: Readable | undefined;
	try {
		bytes = await place.get(blob);
		if (!bytes) throw new Absent();
		yield* bytes as AsyncIterable<Uint8Array>;
	} catch (error) {
		if (place.isShared || error instanceof Absent || !(error instanceof Error)) throw error;
		throw new Unreadable(error.message, { cause: error });
	} finally {
		bytes?.destroy();
	}
}
