/** Copies of the records in a file of their own: checked, and put back. Making one is `Engine.backup`. */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs';
import { raisedCounters, type Counted } from './raise-counters.ts';
import { filesIn, keepPrivate, makePrivateDirectory, syncDirectoryOf } from './data-directory.ts';
import { checksum, isInUse, openDatabase, verifyDatabase } from './database.ts';
import { RANGE_DEFAULT } from '../../protocol/limits.ts';
import { Failed } from '../engine.ts';

/** Reads a backup, or the file of a store that is stopped, whole. The number of its records; throws what is wrong. */
export function verifyFile(file: string): number {
	if (!existsSync(file)) throw new Failed(503, `${file} does not exist`);
	const database = openDatabase(file);
	try {
		return verifyDatabase(database, file);
	} finally {
		database.close();
	}
}

/** Records of a backup, to be read. Keeps others out of the file until it is closed. */
export interface OpenedBackup {
	get(key: string): Promise<string | undefined>;
	/** As that of the store's port. */
	range(
		start: string,
		end: string,
		limit?: number
	): Promise<{ records: { key: string; value: string }[]; truncated: boolean }>;
	close(): void;
}

export function openBackup(file: string): OpenedBackup {
	if (!existsSync(file)) throw new Failed(503, `${file} does not exist`);
	const database = openDatabase(file);
	const one = database.prepare('SELECT value FROM record WHERE key = ?');
	const many = database.prepare(
		'SELECT CAST(key AS TEXT) AS key, value FROM record WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?'
	);
	return {
		get: (key) => Promise.resolve(one.get(Buffer.from(key))?.value as string | undefined),
		range(start, end, limit = RANGE_DEFAULT) {
			const found = many.all(Buffer.from(start), Buffer.from(end), limit + 1);
			const records = found.slice(0, limit) as { key: string; value: string }[];
			return Promise.resolve({ records, truncated: found.length > limit });
		},
		close: () => database.close()
	};
}

export interface Restored {
	records: number;
	/** Counters that stood behind their records. */
	raised: number;
	/** Where the file that stood before is kept. */
	before: string | undefined;
}

/**
 * Puts a backup in the place of a stopped store's records. The backup itself is not touched, what stood before is kept
 * beside it, and until the very last step the old records are in place.
 */
export function restore(backup: string, dataDir: string, now = new Date()): Restored {
	if (!existsSync(backup)) throw new Failed(503, `${backup} does not exist`);
	makePrivateDirectory(dataDir);
	const { database: file, log, unclean } = filesIn(dataDir);
	if (existsSync(file) && isInUse(file)) throw new Failed(503, `${file} is in use; stop the store before restoring`);

	const draft = `${file}.restoring`;
	rmSync(draft, { force: true });
	try {
		copyFileSync(backup, draft);
		keepPrivate(draft);
		const records = verifyFile(draft);
		const raised = raiseCounters(draft);
		const before = existsSync(file) ? `${file}.before-${now.toISOString().replaceAll(':', '-')}` : undefined;
		if (before !== undefined) {
			renameSync(file, before);
			// What it had not yet taken into the file belongs to it.
			if (existsSync(log)) renameSync(log, `${before}-wal`);
		}
		renameSync(draft, file);
		rmSync(unclean, { force: true });
		syncDirectoryOf(file);
		return { records, raised, before };
	} finally {
		rmSync(draft, { force: true });
	}
}

function raiseCounters(file: string): number {
	const database = openDatabase(file);
	try {
		const rows = database.prepare('SELECT CAST(key AS TEXT) AS key, value FROM record').iterate();
		const raised = raisedCounters(rows as unknown as Iterable<Counted>);
		const put = database.prepare('UPDATE record SET value = ?, crc = ? WHERE key = ?');
		for (const [key, value] of raised) put.run(value, checksum(key + value), Buffer.from(key));
		return raised.size;
	} finally {
		database.close();
	}
}
