/** `npm run hpkv -- backup|verify|restore`: the commands for a data directory, with a running store or without. */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { askForBackup } from '../embedded/control-socket.ts';
import { restore, verifyFile } from '../engine/sqlite/backup.ts';
import { filesIn } from '../engine/sqlite/data-directory.ts';
import { isInUse } from '../engine/sqlite/database.ts';
import { sqliteEngine } from '../engine/sqlite/sqlite-engine.ts';
import { hostedStore } from '../clients/rest.ts';
import { LARGEST_MAX_VALUE_BYTES } from '../protocol/limits.ts';
import { copyStore, faultOf } from './copy-store.ts';
import { openForCommand } from './open-for-command.ts';

export const USAGE = `npm run hpkv                     run the store
npm run hpkv -- backup FILE      copy its records to a new file, also while it runs
npm run hpkv -- verify [FILE]    read all records, of the store or of a backup, and say whether they are sound
npm run hpkv -- restore FILE     put a backup in the place of the records; the store must be stopped
npm run hpkv -- copy FROM TO     copy records between data directories, endpoints and databases (--dry-run, --skip, --replace)`;

/**
 * Runs the command and returns a sentence; throws an Error with a sentence on failure.
 * @param endpoint the store that HPKV_BASE_URL names; `dataDir` is not the store then
 */
export async function command(
	name: string,
	file: string | undefined,
	dataDir: string,
	endpoint?: EndpointSource
): Promise<string> {
	if (endpoint && name === 'backup' && file !== undefined) return backupEndpoint(file, endpoint);
	if (endpoint && (name === 'restore' || (name === 'verify' && file === undefined))) {
		throw new Error(
			`HPKV_BASE_URL names ${endpoint.baseUrl}, and ${name} works on DATA_DIR: unset it, or copy between the two`
		);
	}
	if (name === 'backup' && file !== undefined) return backup(file, dataDir);
	if (name === 'verify') return verify(file, dataDir);
	if (name === 'restore' && file !== undefined) {
		const { records, raised, before } = restore(file, dataDir);
		const kept = before === undefined ? '' : ` What stood before is in ${before}.`;
		return `${records} records restored from ${file}; ${raised} counters raised to their records.${kept}`;
	}
	throw new Error(USAGE);
}

async function backup(file: string, dataDir: string): Promise<string> {
	if (runs(dataDir)) {
		await askForBackup(dataDir, file);
	} else {
		const { engine } = sqliteEngine(dataDir, Infinity);
		await engine.backup(file).finally(() => engine.close());
	}
	return `${verifyFile(file)} records are in ${file}, and sound.`;
}

export interface EndpointSource {
	baseUrl: string;
	apiKey: string | undefined;
}

/** An endpoint has no moment: what is written meanwhile is copied in further passes. */
async function backupEndpoint(file: string, { baseUrl, apiKey }: EndpointSource): Promise<string> {
	if (existsSync(file)) throw new Error(`${file} exists`);
	if (apiKey === undefined) throw new Error(`${baseUrl} needs HPKV_API_KEY`);
	const scratch = `${file}.part-${process.pid}`;
	try {
		const { store, close } = await openForCommand(scratch, { make: true, maxValueBytes: LARGEST_MAX_VALUE_BYTES });
		try {
			const source = hostedStore({ baseUrl, apiKey, maxValueBytes: LARGEST_MAX_VALUE_BYTES });
			const fault = faultOf(await copyStore(source, store));
			if (fault) throw new Error(`The backup is not the store of one moment. ${fault}`);
		} finally {
			await close();
		}
		return await backup(file, scratch);
	} finally {
		rmSync(scratch, { recursive: true, force: true });
	}
}

async function verify(file: string | undefined, dataDir: string): Promise<string> {
	if (file !== undefined) return `${verifyFile(file)} records are in ${file}, and sound.`;
	const { database } = filesIn(dataDir);
	if (!runs(dataDir)) {
		// Opening it checks more than the file: its log, and that none of it is missing.
		await sqliteEngine(dataDir, Infinity).engine.close();
		return `${verifyFile(database)} records are in ${database}, and sound.`;
	}
	// A copy has the same pages and checksums.
	const copy = join(dataDir, `verify-${process.pid}.db`);
	removeLeftCopies(dataDir);
	try {
		await askForBackup(dataDir, copy);
		return `${verifyFile(copy)} records are in ${database}, and sound.`;
	} finally {
		rmSync(copy, { force: true });
	}
}

/** Longer than any verification. Process ids say nothing: containers that share a volume have their own. */
const DAY_MS = 24 * 60 * 60_000;

/** Deletes the copies that a killed verification left. */
function removeLeftCopies(dataDir: string): void {
	for (const name of readdirSync(dataDir)) {
		const path = join(dataDir, name);
		if (/^verify-\d+\.db$/.test(name) && statSync(path).mtimeMs < Date.now() - DAY_MS) rmSync(path);
	}
}

function runs(dataDir: string): boolean {
	const { database } = filesIn(dataDir);
	if (!existsSync(database)) throw new Error(`There is no store in ${dataDir}: DATA_DIR names the directory`);
	return isInUse(database);
}
