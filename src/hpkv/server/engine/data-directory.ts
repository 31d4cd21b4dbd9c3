/** What lies in a data directory, and the care with which it is made. */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const filesIn = (dataDir: string) => ({
	/** The records. */
	database: join(dataDir, 'hpkv.db'),
	/** SQLite's log: what was committed since it was last emptied into the file above. */
	log: join(dataDir, 'hpkv.db-wal'),
	/** There while a store has the file open: where a start finds it, the last stop was no clean one. */
	unclean: join(dataDir, 'hpkv.unclean'),
	apiKey: join(dataDir, 'api-key'),
	tokenSecret: join(dataDir, 'token-secret')
});

/** Made with mode 0700; a directory that stands already keeps the mode that its owner gave it. */
export function makePrivateDirectory(path: string): void {
	if (!existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o700 });
}

/** By path, never by descriptor: closing a second descriptor of a database file gives back SQLite's lock on it. */
export const keepPrivate = (file: string): void => chmodSync(file, 0o600);

/** After this the name of a new file survives a power cut as well as its bytes. */
export function syncDirectoryOf(file: string): void {
	if (process.platform === 'win32') return; // directories cannot be opened there
	const directory = openSync(dirname(file), 'r');
	try {
		fsyncSync(directory);
	} finally {
		closeSync(directory);
	}
}
