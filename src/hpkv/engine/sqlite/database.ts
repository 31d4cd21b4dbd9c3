/** One SQLite file of records: made, opened for one process alone, and checked to be what was written. */
import { accessSync, constants, existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { userName } from './user-name.ts';
import { keepPrivate, noSpace, notPermitted, syncDirectoryOf, unusable } from './data-directory.ts';
import { Damaged, Failed } from '../engine.ts';

/** `PRAGMA application_id` and `user_version`: so that a file of another program or a later release is left alone. */
const APPLICATION = 0x48_50_4b_56; // "HPKV"
const VERSION = 1;

const SCHEMA =
	'CREATE TABLE record (key BLOB PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID, STRICT';

/** How long to wait for a process that is just leaving the file, in milliseconds. */
const BUSY_TIMEOUT = 250;

/** 8 MiB of pages: enough for the newest pages of five hundred rooms; what else is read, the system has in its own cache. */
const CACHE_KIB = 8 * 1024;

export interface Row {
	key: string;
	value: string;
	crc: number;
}

/**
 * CRC-32 of the bytes of key and value, one after the other. Neither has half a surrogate pair, so joining them as texts
 * changes no byte.
 */
export const checksum = (both: string): number => crc32(both);

/** Makes an empty file of records, whole or not at all: linked to its name once it is complete. */
export function makeDatabase(file: string): void {
	const draft = `${file}.${process.pid}.new`;
	rmSync(draft, { force: true });
	try {
		const database = new DatabaseSync(draft);
		database.exec(SCHEMA);
		database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}`);
		database.close();
		keepPrivate(draft);
		linkSync(draft, file);
		syncDirectoryOf(file);
	} catch (error) {
		throw toEngineError(error, file);
	} finally {
		rmSync(draft, { force: true });
	}
}

/** Keeps every other process out until it is closed. Throws {@link Failed} or {@link Damaged} with a sentence. */
export function openDatabase(file: string): DatabaseSync {
	// An empty file is an empty database to SQLite; ours never is.
	if (existsSync(file) && statSync(file).size === 0) throw new Damaged(`${file} is empty; restore it from a backup`);
	let database: DatabaseSync | undefined;
	try {
		// Of a file without the rights to it, SQLite says that the disk failed.
		if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
		database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
		database.exec('PRAGMA locking_mode = EXCLUSIVE');
		database.exec('PRAGMA journal_mode = WAL');
		database.exec('PRAGMA synchronous = FULL');
		database.exec('PRAGMA secure_delete = ON');
		database.exec('PRAGMA cell_size_check = ON');
		database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
		// Taken, not only asked for: locking_mode alone locks at the first write.
		database.exec('BEGIN EXCLUSIVE; COMMIT');
		checkKind(database, file);
		return database;
	} catch (error) {
		database?.close();
		throw toEngineError(error, file);
	}
}

/** Whether another process has the file open. */
export function isInUse(file: string): boolean {
	const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT });
	try {
		database.exec('SELECT 1 FROM sqlite_schema');
		return false;
	} catch (error) {
		return resultCode(error) === BUSY;
	} finally {
		database.close();
	}
}

function checkKind(database: DatabaseSync, file: string): void {
	const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
	if (pragma('application_id') !== APPLICATION) throw new Damaged(`${file} is not a file of this store`);
	if (pragma('user_version') !== VERSION) throw new Damaged(`${file} was written by another release of this store`);
}

/**
 * Reads the whole file: SQLite's own check of its pages (a flipped bit can hide a record, which only this sees), then
 * every record against its checksum and its neighbour. The number of records; throws {@link Damaged}.
 */
export function verifyDatabase(database: DatabaseSync, file: string): number {
	const damaged = (what: string) => new Damaged(`${file} is damaged (${what}); restore it from a backup`);
	try {
		const { sql } = database.prepare("SELECT group_concat(sql, ';') AS sql FROM sqlite_schema").get() ?? {};
		if (sql !== SCHEMA) throw damaged('its table is not the one that was made');
		const [found] = Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {});
		if (found !== 'ok') throw damaged(String(found));

		let records = 0;
		let last: Uint8Array | undefined;
		for (const each of database.prepare('SELECT key, value, crc FROM record ORDER BY key').iterate()) {
			const { key, value, crc } = each as unknown as Omit<Row, 'key'> & { key: Uint8Array };
			if (checksum(Buffer.from(key).toString() + value) !== crc) throw damaged('a record is not what was written');
			if (last && Buffer.compare(last, key) >= 0) throw damaged('records are out of order');
			last = key;
			records += 1;
		}
		return records;
	} catch (error) {
		throw toEngineError(error, file);
	}
}

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const PERMISSION = 3;
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

function resultCode(error: unknown): number | undefined {
	const code = (error as { errcode?: unknown } | null)?.errcode;
	return typeof code === 'number' ? code & 0xff : undefined;
}

export const isDiskFailure = (error: unknown): boolean => resultCode(error) === IO_ERROR;

/** SQLite's error as the engine's, in a sentence that names the file and what to do. */
export function toEngineError(error: unknown, file: string): Error {
	const reason = unusable(error, file);
	if (reason instanceof Damaged || reason instanceof Failed) return reason;
	const cause = { cause: error };
	switch (resultCode(error)) {
		case BUSY:
			return new Failed(503, `${file} is in use by another process; one store at a time owns its directory`, cause);
		case FULL:
			return new Failed(507, noSpace(file, userName()), cause);
		case IO_ERROR:
			return new Failed(503, `${file} cannot be read or written; see to the disk and restart the store`, cause);
		case PERMISSION:
		case CANNOT_OPEN:
		case READ_ONLY:
			return new Failed(503, notPermitted(file, userName()), cause);
		case CORRUPT:
		case NOT_A_DATABASE:
			return new Damaged(`${file} is damaged; restore it from a backup`, cause);
		default:
			return new Failed(503, `${file} cannot be used: ${error instanceof Error ? error.message : 'unknown'}`, cause);
	}
}
