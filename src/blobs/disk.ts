/** Blobs as files below one folder, in subfolders by the first two letters of their keys. */
import { createReadStream } from 'node:fs';
import { link, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { assertBlobKey, BlobsUnavailable, exactly, isBlobKey, type Blobs, type ByteRange } from './port.ts';

/** Of a file that is being written. */
const PART = '.part';

export function diskBlobs(folder: string): Blobs {
	const pathOf = (key: string) => {
		assertBlobKey(key);
		return join(folder, key.slice(0, 2), key);
	};
	return {
		isShared: false,

		async put(key, bytes, size) {
			const path = pathOf(key);
			const part = path + PART;
			try {
				await makeFolder(dirname(path));
				const file = await open(part, 'w', 0o600);
				try {
					for await (const chunk of exactly(bytes, size)) await file.writeFile(chunk);
					await file.sync();
				} finally {
					await file.close();
				}
				await rename(part, path);
				await syncFolder(dirname(path));
			} catch (error) {
				await rm(part, { force: true }).catch(() => undefined);
				throw unusable(error);
			}
		},

		/** By a hard link: nothing is copied. */
		async putFile(key, from, size) {
			const path = pathOf(key);
			try {
				await makeFolder(dirname(path));
				await link(from, path);
			} catch (error) {
				if (isElsewhere(error)) return false;
				throw unusable(error);
			}
			try {
				const file = await open(path, 'r+');
				try {
					const found = await file.stat();
					if (found.size !== size) throw new Error(`The blob should have ${size} bytes, and has ${found.size}`);
					// In most file systems this writes the name too, and leaves the folder little.
					await file.sync();
				} finally {
					await file.close();
				}
				await syncFolder(dirname(path));
				return true;
			} catch (error) {
				await rm(path, { force: true }).catch(() => undefined);
				throw unusable(error);
			}
		},

		async get(key, range?: ByteRange) {
			const path = pathOf(key);
			try {
				const file = await open(path, 'r');
				return createReadStream(path, { fd: file, start: range?.first, end: range?.last });
			} catch (error) {
				if (isAbsent(error)) return undefined;
				throw unusable(error);
			}
		},

		async delete(key) {
			await rm(pathOf(key), { force: true });
		},

		async *list() {
			for await (const name of namesIn(folder)) {
				if (name.length !== 2) continue;
				for await (const key of namesIn(join(folder, name))) {
					if (!isBlobKey(key.replace(PART, ''))) continue;
					const found = await stat(join(folder, name, key)).catch(() => undefined);
					if (!found) continue;
					// Left by a process that was killed.
					if (key.endsWith(PART)) await removeOld(join(folder, name, key), found.mtimeMs);
					else yield { key, size: found.size, modifiedAt: found.mtimeMs };
				}
			}
		}
	};
}

const DAY_MS = 24 * 60 * 60_000;

async function removeOld(part: string, modifiedAt: number): Promise<void> {
	if (modifiedAt < Date.now() - DAY_MS) await rm(part, { force: true });
}

async function* namesIn(folder: string): AsyncGenerator<string> {
	try {
		for await (const { name } of await opendir(folder)) yield name;
	} catch (error) {
		if (!isAbsent(error)) throw unusable(error);
	}
}

/** Whether the file cannot be linked: it is on another file system, or on one without hard links. */
const isElsewhere = (error: unknown) =>
	['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes((error as NodeJS.ErrnoException).code ?? '');

const isAbsent = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** An error of the file system says what is wrong with the disk; any other is one of the bytes. */
const unusable = (error: unknown) =>
	error instanceof Error && 'code' in error && 'syscall' in error
		? new BlobsUnavailable(`The folder of the files cannot be used: ${error.message}`, { cause: error })
		: error;

/** With its parents, so that the name of each survives a power cut. */
async function makeFolder(folder: string): Promise<void> {
	const first = await mkdir(folder, { recursive: true, mode: 0o700 });
	if (first === undefined) return;
	for (let path = folder; ; path = dirname(path)) {
		await syncFolder(dirname(path));
		if (path === first || path === dirname(path)) return;
	}
}

/** After this the name of a new file survives a power cut as well as its bytes. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === 'win32') return; // directories cannot be opened there
	const handle = await open(folder, 'r');
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}
