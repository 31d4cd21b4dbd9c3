/**
 * Records in one SQLite file. WAL with `synchronous=FULL`: `commit` returns after the log is synced, so what was
 * acknowledged survives a kill and a power cut. Keys are blobs, so their order is that of their bytes and NUL is a byte
 * like any other. Every record carries a CRC-32 of its key and value, checked whenever it is read.
 */
import { closeSync, fdatasyncSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { backup, type DatabaseSync, type StatementSync } from 'node:sqlite';
import { RANGE_MAX_BYTES } from '../../protocol/limits.ts';
import { checksum, isDiskFailure, toEngineError, type Row } from './database.ts';
import { Damaged, Failed, type Found } from '../engine.ts';
import { logSize } from './wal-check.ts';
import type { Table } from '../single-process/table.ts';

/**
 * Milliseconds after a commit until the log is emptied into the file. `secure_delete` overwrites what is deleted in the
 * file, but the log would keep older pages until it is written over.
 */
const SCRUB_AFTER = 1_000;

/** Milliseconds between two looks whether the file still has its name: each transaction would pay a tenth for it. */
const LOOK_EVERY = 100;

/**
 * Most bytes of zeros that the emptied log is filled with. A sync of a log that grows has to write the file's new size
 * as well; one that fills a place it had before does not (measured: 0.84 to 0.95 of the time of a durable put).
 */
const REFILL_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Rows that are asked for in one step of a range: stepping row by row takes twice the time, and all 1,000 at once could
 * be 64 MiB.
 */
const ROWS_AT_ONCE = 128;

export class SqliteTable implements Table {
	readonly #database: DatabaseSync;
	readonly #file: string;
	readonly #onCleanClose: () => void;
	readonly #get: StatementSync;
	readonly #put: StatementSync;
	readonly #remove: StatementSync;
	readonly #range: StatementSync;
	readonly #pageSize: number;
	/** Of the file that is open. */
	readonly #inode: number;
	#seenInPlace = -Infinity;
	#scrub: NodeJS.Timeout | undefined;
	/** Set once the disk failed: a sync that failed once may "succeed" the next time without the bytes being there. */
	#broken: Failed | undefined;

	/** `onCleanClose` is called when everything that was committed is in the file and its log is empty. */
	constructor(database: DatabaseSync, file: string, onCleanClose: () => void = () => {}) {
		this.#database = database;
		this.#file = file;
		this.#inode = statSync(file).ino;
		this.#onCleanClose = onCleanClose;
		this.#pageSize = (database.prepare('PRAGMA page_size').get() as { page_size: number }).page_size;
		this.#get = database.prepare('SELECT value, crc FROM record WHERE key = ?');
		this.#put = database.prepare('INSERT OR REPLACE INTO record (key, value, crc) VALUES (?, ?, ?)');
		this.#remove = database.prepare('DELETE FROM record WHERE key = ?');
		this.#range = database.prepare(
			// Key and value in one text: a string that crosses from SQLite costs more than cutting it in two here.
			'SELECT CAST(key AS TEXT) || value, crc, length(key) FROM record WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?'
		);
		// An object a row costs a quarter of a page's range.
		this.#range.setReturnArrays(true);
	}

	get(key: string): string | undefined {
		return this.#try(() => {
			const row = this.#get.get(Buffer.from(key)) as Omit<Row, 'key'> | undefined;
			if (row) this.#check(key + row.value, row.crc);
			return row?.value;
		});
	}

	put(key: string, value: string): void {
		this.#try(() => this.#put.run(Buffer.from(key), value, checksum(key + value)));
	}

	remove(key: string): boolean {
		return this.#try(() => this.#remove.run(Buffer.from(key)).changes === 1);
	}

	range(start: string, end: string, limit: number): Found {
		return this.#try(() => {
			const found: Found = { records: [], truncated: false };
			const last = Buffer.from(end);
			let from = Buffer.from(start);
			let room = RANGE_MAX_BYTES;
			for (;;) {
				// One row more than wanted tells whether there is more.
				const wanted = Math.min(ROWS_AT_ONCE, limit + 1 - found.records.length);
				const rows = this.#range.all(from, last, wanted) as unknown as [both: string, crc: number, keyBytes: number][];
				for (const [both, crc, keyBytes] of rows) {
					room -= both.length;
					if (found.records.length === limit || (room < 0 && found.records.length > 0)) {
						return { ...found, truncated: true };
					}
					this.#check(both, crc);
					const at = unitsOf(both, keyBytes);
					found.records.push({ key: both.slice(0, at), value: both.slice(at) });
				}
				if (rows.length < wanted) return found;
				from = Buffer.from(`${found.records.at(-1)!.key}\0`);
			}
		});
	}

	begin(): void {
		this.#try(() => {
			const now = performance.now();
			if (now - this.#seenInPlace > LOOK_EVERY) {
				if (!this.#isInPlace()) {
					throw new Failed(
						503,
						`${this.#file} was removed or replaced while the store has it open; put it back, or restart`
					);
				}
				this.#seenInPlace = now;
			}
			this.#database.exec('BEGIN');
		});
	}

	commit(): void {
		this.#try(() => this.#database.exec('COMMIT'));
		this.#scrub ??= setTimeout(() => this.#scrubLog(), SCRUB_AFTER).unref();
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
			// Never over something, and for the owner's eyes only.
			writeFileSync(file, '', { mode: 0o600, flag: 'wx' });
		} catch (error) {
			throw new Failed(503, `${file} cannot be made, or stands already`, { cause: error });
		}
		try {
			await backup(this.#database, file);
		} catch (error) {
			rmSync(file, { force: true });
			throw toEngineError(error, file);
		}
	}

	close(): void {
		clearTimeout(this.#scrub);
		if (this.#emptyLog() && !this.#broken) this.#onCleanClose();
		this.#database.close();
	}

	/** Empties the log, and makes room in it for as much as it just held. */
	#scrubLog(): void {
		this.#scrub = undefined;
		const used = this.#logUsed();
		if (this.#emptyLog() && this.#isInPlace()) refill(`${this.#file}-wal`, Math.min(used, REFILL_MAX_BYTES));
	}

	/** A removed file takes writes as long as it is open; they are gone with this process. */
	#isInPlace(): boolean {
		return statSync(this.#file, { throwIfNoEntry: false })?.ino === this.#inode;
	}

	/** Bytes of the log that hold transactions. */
	#logUsed(): number {
		try {
			const { log: frames } = this.#database.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as { log: number };
			return logSize(frames, this.#pageSize);
		} catch {
			// Emptying the log fails in the same way, and tells.
			return 0;
		}
	}

	/** Failing to empty the log is no failure of a write: the log is kept, and the next commit tries again. */
	#emptyLog(): boolean {
		try {
			return this.#database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.busy === 0;
		} catch (error) {
			const failure = toEngineError(error, this.#file);
			if (isDiskFailure(error)) this.#broken ??= failure as Failed;
			return false;
		}
	}

	/** Throws where key and value are not what was written. */
	#check(both: string, crc: number): void {
		if (checksum(both) === crc) return;
		throw new Damaged(`${this.#file} holds a record that is not what was written; restore it from a backup`);
	}

	#try<T>(work: () => T): T {
		if (this.#broken) throw this.#broken;
		try {
			return work();
		} catch (error) {
			const failure = toEngineError(error, this.#file);
			if (isDiskFailure(error)) this.#broken = failure as Failed;
			throw failure;
		}
	}
}

/** How many UTF-16 units the first `bytes` of UTF-8 are. */
function unitsOf(text: string, bytes: number): number {
	let units = 0;
	for (let counted = 0; counted < bytes; units++) {
		const unit = text.charCodeAt(units);
		// Each half of a surrogate pair stands for two of its four bytes.
		counted += unit < 0x80 ? 1 : unit < 0x800 || (unit & 0xf800) === 0xd800 ? 2 : 3;
	}
	return units;
}

/** Writes zeros from the log's beginning, which to SQLite is an empty log. Without room for them, it grows as it must. */
function refill(log: string, bytes: number): void {
	let file: number | undefined;
	try {
		file = openSync(log, 'r+');
		writeSync(file, Buffer.alloc(bytes));
		fdatasyncSync(file);
	} catch {
		// Nothing was acknowledged on the strength of it.
	} finally {
		if (file !== undefined) closeSync(file);
	}
}
