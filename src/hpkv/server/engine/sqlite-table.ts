/**
 * Records in one SQLite file. WAL with `synchronous=FULL`: `commit` returns after the log is synced, so what was
 * acknowledged survives a kill and a power cut. Keys are blobs, so their order is that of their bytes and NUL is a byte
 * like any other. Every record carries a CRC-32 of its key and value, checked whenever it is read.
 */
import { DatabaseSync, backup, type StatementSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { RANGE_MAX_BYTES } from '../../protocol/limits.ts';
import { Damaged, Failed, type Found } from './engine.ts';
import type { Table } from './table.ts';

/** `PRAGMA application_id` and `user_version`: so that a file of another program or a later release is left alone. */
const APPLICATION = 0x48_50_4b_56; // "HPKV"
const VERSION = 1;

/**
 * Milliseconds after a commit until the log is emptied into the file. `secure_delete` overwrites what is deleted in the
 * file, but the log would keep older pages until it is written over.
 */
const SCRUB_AFTER = 1_000;

/** How long to wait for a process that is just leaving the file, in milliseconds. */
const BUSY_TIMEOUT = 250;

/** 32 MiB of pages: enough for the newest pages of some thousand rooms. */
const CACHE_KIB = 32 * 1024;

// SQLite's primary result codes, https://www.sqlite.org/rescode.html
const BUSY = 5;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const NOT_A_DATABASE = 26;

interface Row {
	key: Uint8Array;
	value: string;
	crc: number;
}

export function checksum(key: Uint8Array, value: string): number {
	return crc32(value, crc32(key));
}

/** Opens the file, or makes it, and keeps every other process out until it is closed. */
export function openDatabase(file: string): DatabaseSync {
	try {
		const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
		database.exec('PRAGMA locking_mode = EXCLUSIVE');
		database.exec('PRAGMA journal_mode = WAL');
		database.exec('PRAGMA synchronous = FULL');
		database.exec('PRAGMA secure_delete = ON');
		database.exec('PRAGMA cell_size_check = ON');
		database.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
		prepareSchema(database, file);
		return database;
	} catch (error) {
		throw told(error, file);
	}
}

function prepareSchema(database: DatabaseSync, file: string): void {
	const pragma = (name: string) => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
	// Taken, not only asked for: locking_mode alone locks at the first write.
	database.exec('BEGIN EXCLUSIVE');
	if (pragma('schema_version') === 0) {
		database.exec(
			'CREATE TABLE record (key BLOB PRIMARY KEY, value TEXT NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID, STRICT'
		);
		database.exec(`PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${VERSION}`);
	}
	database.exec('COMMIT');
	if (pragma('application_id') !== APPLICATION) throw new Damaged(`${file} is not a file of this store`);
	if (pragma('user_version') !== VERSION) throw new Damaged(`${file} was written by another release of this store`);
}

export class SqliteTable implements Table {
	readonly #database: DatabaseSync;
	readonly #file: string;
	readonly #get: StatementSync;
	readonly #put: StatementSync;
	readonly #remove: StatementSync;
	readonly #range: StatementSync;
	#scrub: NodeJS.Timeout | undefined;
	/** Set once the disk failed: a sync that failed once may "succeed" the next time without the bytes being there. */
	#broken: Failed | undefined;

	constructor(database: DatabaseSync, file: string) {
		this.#database = database;
		this.#file = file;
		this.#get = database.prepare('SELECT value, crc FROM record WHERE key = ?');
		this.#put = database.prepare('INSERT OR REPLACE INTO record (key, value, crc) VALUES (?, ?, ?)');
		this.#remove = database.prepare('DELETE FROM record WHERE key = ?');
		this.#range = database.prepare('SELECT key, value, crc FROM record WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?');
	}

	get(key: string): string | undefined {
		return this.#try(() => {
			const bytes = Buffer.from(key);
			const row = this.#get.get(bytes) as Omit<Row, 'key'> | undefined;
			return row && this.#sound(bytes, row);
		});
	}

	put(key: string, value: string): void {
		const bytes = Buffer.from(key);
		this.#try(() => this.#put.run(bytes, value, checksum(bytes, value)));
	}

	remove(key: string): boolean {
		return this.#try(() => this.#remove.run(Buffer.from(key)).changes === 1);
	}

	range(start: string, end: string, limit: number): Found {
		return this.#try(() => {
			const found: Found = { records: [], truncated: false };
			let room = RANGE_MAX_BYTES;
			// One row more than wanted tells whether there is more. Rows are stepped through, so a stop costs nothing.
			for (const each of this.#range.iterate(Buffer.from(start), Buffer.from(end), limit + 1)) {
				const row = each as unknown as Row;
				room -= row.key.length + Buffer.byteLength(row.value);
				if (found.records.length === limit || (room < 0 && found.records.length > 0)) {
					found.truncated = true;
					break;
				}
				found.records.push({ key: Buffer.from(row.key).toString(), value: this.#sound(row.key, row) });
			}
			return found;
		});
	}

	begin(): void {
		this.#try(() => this.#database.exec('BEGIN'));
	}

	commit(): void {
		this.#try(() => this.#database.exec('COMMIT'));
		this.#scrub ??= setTimeout(() => this.#emptyLog(), SCRUB_AFTER).unref();
	}

	rollback(): void {
		try {
			// A full disk has ended the transaction already.
			if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
		} catch (error) {
			this.#broken ??= new Failed(503, `${this.#file} cannot be rolled back; restart the store`, { cause: error });
		}
	}

	async backup(file: string): Promise<void> {
		try {
			await backup(this.#database, file);
		} catch (error) {
			throw told(error, file);
		}
	}

	close(): void {
		clearTimeout(this.#scrub);
		this.#database.close();
	}

	/** Failing to empty the log is no failure of a write: the log is kept, and the next commit tries again. */
	#emptyLog(): void {
		this.#scrub = undefined;
		try {
			this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
		} catch (error) {
			const failure = told(error, this.#file);
			if (isDiskFailure(error)) this.#broken ??= failure as Failed;
		}
	}

	#sound(key: Uint8Array, { value, crc }: Omit<Row, 'key'>): string {
		if (checksum(key, value) === crc) return value;
		throw new Damaged(`${this.#file} holds a record that is not what was written; restore it from a backup`);
	}

	#try<T>(work: () => T): T {
		if (this.#broken) throw this.#broken;
		try {
			return work();
		} catch (error) {
			const failure = told(error, this.#file);
			if (isDiskFailure(error)) this.#broken = failure as Failed;
			throw failure;
		}
	}
}

const resultCode = (error: unknown): number | undefined => {
	const code = (error as { errcode?: unknown } | null)?.errcode;
	return typeof code === 'number' ? code & 0xff : undefined;
};

const isDiskFailure = (error: unknown): boolean => resultCode(error) === IO_ERROR;

/** SQLite's error as the engine's, in a sentence that names the file and what to do. */
function told(error: unknown, file: string): Error {
	if (error instanceof Damaged || error instanceof Failed) return error;
	switch (resultCode(error)) {
		case BUSY:
			return new Failed(503, `${file} is in use by another process; one store at a time owns its directory`, {
				cause: error
			});
		case FULL:
			return new Failed(507, 'The disk is full', { cause: error });
		case IO_ERROR:
			return new Failed(503, `${file} cannot be read or written; see to the disk and restart the store`, {
				cause: error
			});
		case CORRUPT:
		case NOT_A_DATABASE:
			return new Damaged(`${file} is damaged; restore it from a backup`, { cause: error });
		default:
			return new Failed(503, `${file} cannot be used`, { cause: error });
	}
}
