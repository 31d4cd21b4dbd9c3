/** The durable engine: `hpkv.db` in a data directory that one process owns. */
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { GroupCommit } from './group-commit.ts';
import { SqliteTable, openDatabase } from './sqlite-table.ts';

export const databaseFile = (dataDir: string): string => join(dataDir, 'hpkv.db');

/** Throws {@link Failed} where another process owns the directory, {@link Damaged} where the file is not sound. */
export function sqliteEngine(dataDir: string, maxValueBytes: number): Engine {
	makePrivateDirectory(dataDir);
	const file = databaseFile(dataDir);
	const database = openDatabase(file);
	// SQLite makes its log with the file's own mode.
	chmodSync(file, 0o600);
	return new GroupCommit(new SqliteTable(database, file), maxValueBytes);
}

/** Made with mode 0700; a directory that stands already keeps the mode that its owner gave it. */
export function makePrivateDirectory(path: string): void {
	if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
}
