/**
 * What one would write instead of a store: better-sqlite3 on a table of the same shape, as durable as ours
 * (`synchronous=FULL`; its own default for WAL is NORMAL, which a power cut undoes), with as large a cache. Without our
 * checksums, secure_delete or rules. Its types are spelled here, because the peers are not there when types are checked.
 */
import { createRequire } from 'node:module';

interface Statement {
	run(...values: unknown[]): unknown;
	all(...values: unknown[]): unknown[];
}

interface Database {
	pragma(text: string): unknown;
	exec(sql: string): void;
	prepare(sql: string): Statement;
	transaction(work: () => void): () => void;
	close(): void;
}

type BetterSqlite = new (file: string) => Database;

const CACHE_KIB = 16 * 1024;

export interface Direct {
	/** Durable when it returns. */
	put(key: string, value: string): void;
	/** Both ends included, ascending. */
	range(start: string, end: string, limit: number): { key: string; value: string }[];
	/** Many puts in one transaction. */
	bulk(records: Iterable<[key: string, value: string]>): void;
	close(): void;
}

export function openDirect(file: string): Direct {
	const BetterSqlite = createRequire(import.meta.url)('better-sqlite3') as BetterSqlite;
	const database = new BetterSqlite(file);
	database.pragma('journal_mode = WAL');
	database.pragma('synchronous = FULL');
	database.pragma(`cache_size = -${CACHE_KIB}`);
	database.exec('CREATE TABLE IF NOT EXISTS record (key BLOB PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID');
	const put = database.prepare('INSERT OR REPLACE INTO record (key, value) VALUES (?, ?)');
	const range = database.prepare(
		'SELECT CAST(key AS TEXT) AS key, value FROM record WHERE key BETWEEN ? AND ? ORDER BY key LIMIT ?'
	);
	return {
		put: (key, value) => void put.run(Buffer.from(key), value),
		range: (start, end, limit) =>
			range.all(Buffer.from(start), Buffer.from(end), limit) as { key: string; value: string }[],
		bulk: (records) =>
			database.transaction(() => {
				for (const [key, value] of records) put.run(Buffer.from(key), value);
			})(),
		close: () => database.close()
	};
}
