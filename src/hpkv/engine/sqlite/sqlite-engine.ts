/** The durable engine: `hpkv.db` in a data directory that one process owns. */
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { filesIn, keepPrivate, makePrivateDirectory, syncDirectoryOf, unusable } from './data-directory.ts';
import { isInUse, makeDatabase, openDatabase, verifyDatabase } from './database.ts';
import { Damaged, Failed, type OwnedEngine } from '../engine.ts';
import { GroupCommit } from '../single-process/group-commit.ts';
import { logIsWhole } from './wal-check.ts';
import { RecentRecords } from '../single-process/record-cache.ts';
import { SqliteTable } from './sqlite-table.ts';

/** A file of up to this many bytes is read whole at every start (in under a second), not only after an unclean stop. */
const ALWAYS_CHECKED = 64 * 1024 * 1024;

/** In the file that marks an unclean stop: the store was open, or it was found damaged and did not start. */
const OPEN = 'open\n';
const DAMAGED = 'damaged\n';

export interface OpenedEngine {
	engine: OwnedEngine;
	/** Whether all records were read and found sound before the start. */
	checked: boolean;
}

/** Throws {@link Failed} where another process owns the directory, {@link Damaged} where its file is not sound. */
export function sqliteEngine(dataDir: string, maxValueBytes: number): OpenedEngine {
	try {
		return openEngine(dataDir, maxValueBytes);
	} catch (error) {
		throw unusable(error, dataDir);
	}
}

function openEngine(dataDir: string, maxValueBytes: number): OpenedEngine {
	makePrivateDirectory(dataDir);
	const files = filesIn(dataDir);
	const { database: file, log, unclean, tokenSecret } = files;
	if (!existsSync(file)) {
		// Made after the first database, so once there was one.
		if (existsSync(tokenSecret)) {
			throw new Damaged(`${file} is missing; restore it from a backup, or remove ${tokenSecret} to begin anew`);
		}
		makeDatabase(file);
	}
	const lastStop = existsSync(unclean) ? readFileSync(unclean, 'utf8') : undefined;
	if (lastStop === OPEN) checkLog(file, log, unclean);

	const database = openDatabase(file);
	const checked = lastStop !== undefined || statSync(file).size <= ALWAYS_CHECKED;
	if (checked) verifyOrClose(database, file, unclean);
	try {
		writeFileSync(unclean, OPEN, { mode: 0o600, flush: true });
		syncDirectoryOf(unclean);
		// SQLite makes its log with the file's own mode.
		keepPrivate(file);
	} catch (error) {
		database.close();
		throw error;
	}

	const table = new SqliteTable(database, file, () => rmSync(unclean, { force: true }));
	return { engine: new GroupCommit(new RecentRecords(table), maxValueBytes), checked };
}

/** Before SQLite opens it: what SQLite does not take for committed it writes over. */
function checkLog(file: string, log: string, unclean: string): void {
	const because = !existsSync(log)
		? `${log} is missing since the last stop, which was no clean one; put it back or restore a backup (remove ${unclean} if you have emptied the log yourself)`
		: logIsWhole(readFileSync(log))
			? undefined
			: `${log} is damaged; restore ${file} from a backup (or remove ${unclean} to go on with what stands before the damage)`;
	if (because === undefined) return;
	// While a store writes, its log looks like anything.
	if (isInUse(file))
		throw new Failed(503, `${file} is in use by another process; one store at a time owns its directory`);
	throw new Damaged(because);
}

function verifyOrClose(database: DatabaseSync, file: string, unclean: string): void {
	try {
		verifyDatabase(database, file);
	} catch (error) {
		// Closing empties the log, so the next start must not look for one; but it must look at everything else.
		if (error instanceof Damaged) writeFileSync(unclean, DAMAGED, { mode: 0o600 });
		database.close();
		throw error;
	}
}
