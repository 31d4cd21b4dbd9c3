import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ENOUGH_DISK_BYTES, LEAST_DISK_BYTES } from '../../chat/limits.ts';
import { found, type Finding } from './finding.ts';

/** Files of a data directory: the database, its log, and copies from before a restore. */
const MOST_FILES = 100;

export interface Disk {
	/** Bytes of the files. */
	size: number;
	/** Bytes that are free. */
	free: number;
}

/** Undefined where the system does not tell. */
export async function diskOf(directory: string): Promise<Disk | undefined> {
	try {
		const names = (await readdir(directory)).slice(0, MOST_FILES);
		const files = await Promise.all(names.map((name) => stat(join(directory, name))));
		const { bavail, bsize } = await statfs(directory);
		return { size: files.reduce((sum, { size }) => sum + size, 0), free: bavail * bsize };
	} catch {
		return undefined;
	}
}

export function checkSpace(directory: string, { size, free }: Disk): Finding {
	const has = `The disk of ${directory} has ${megabytes(free)} free`;
	if (free < LEAST_DISK_BYTES) return found('wrong', 'Disk', `${has}: free some of it, or nobody can write soon.`);
	if (free < ENOUGH_DISK_BYTES || free < 2 * size) {
		return found('warning', 'Disk', `${has}, and the store takes ${megabytes(size)}: a backup beside it may not fit.`);
	}
	return found('ok', 'Disk', `${has}.`);
}

/** Rights are not asked on Windows, which has others. */
export async function checkRights(directory: string): Promise<Finding> {
	try {
		await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
		const { mode, uid } = await stat(directory);
		const names = (await readdir(directory)).slice(0, MOST_FILES);
		const owners = new Map(
			await Promise.all(names.map(async (name) => [name, (await stat(join(directory, name))).uid] as const))
		);
		const other = names.find((name) => owners.get(name) !== uid);
		if (other !== undefined) {
			return found(
				'wrong',
				'Rights',
				`${join(directory, other)} belongs to user ${owners.get(other)}, and its directory to user ${uid}: chown -R ${uid} ${directory}, and run commands as that user.`
			);
		}
		if (process.platform !== 'win32' && (mode & 0o077) !== 0 && (mode & 0o1000) === 0) {
			return found(
				'warning',
				'Rights',
				`Other users of this machine can look into ${directory}: chmod 700 ${directory}.`
			);
		}
		return found('ok', 'Rights', `${directory} can be read and written.`);
	} catch (error) {
		const { message } = error as Error;
		return found(
			'wrong',
			'Rights',
			`${directory} cannot be read and written by this user (${message}): run this as the user who runs Parley, or give the directory to them with chown -R.`
		);
	}
}

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000).toLocaleString('en')} MB`;
