/** What lies in a data directory, and the care with which it is made. */
import { chmodSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { userName } from './user-name.ts';
import { Failed } from '../engine.ts';

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

/**
 * An error of the file system as a sentence that names the path, the user and what to do; any other error as it is.
 * @param path the file or directory that could not be made, read or written
 */
export function unusable(error: unknown, path: string): unknown {
	const { code } = error as NodeJS.ErrnoException;
	const sentence = typeof code === 'string' && sentences[code]?.(path, userName());
	return sentence ? new Failed(NO_SPACE.has(code) ? 507 : 503, sentence, { cause: error }) : error;
}

const NO_SPACE = new Set<unknown>(['ENOSPC', 'EDQUOT']);

type Sentence = (path: string, user: string) => string;

export const notPermitted: Sentence = (path, user) =>
	`${path} cannot be read and written by the user ${user}: give it to them (chown -R ${user}), or set DATA_DIR to a directory of theirs`;
const readOnly: Sentence = (path, user) =>
	`${path} is on a file system that is read-only: set DATA_DIR to a directory that the user ${user} can write`;
export const noSpace: Sentence = (path, user) =>
	`The disk of ${path} is full, or the user ${user} has used all of their share: free some of it`;
const noDirectory: Sentence = (path, user) =>
	`${path} cannot be made, because a part of it is a file: set DATA_DIR to a directory that the user ${user} can write`;

const sentences: Record<string, Sentence> = {
	EACCES: notPermitted,
	EPERM: notPermitted,
	EROFS: readOnly,
	ENOSPC: noSpace,
	EDQUOT: noSpace,
	ENOTDIR: noDirectory,
	EEXIST: noDirectory,
	ENOENT: (path, user) => `${path} cannot be made: set DATA_DIR to a directory that the user ${user} can write`,
	ENAMETOOLONG: (path) => `${path} is too long a name: set DATA_DIR to a shorter one`
};

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
