/** `npm run parley -- backup|verify|restore|copy`: records and files. `npm run hpkv` has the same for keys and bytes alone. */
import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openBlobs } from '../blobs/open.ts';
import type { Blobs } from '../blobs/port.ts';
import { openBackup } from '../hpkv/engine/sqlite/backup.ts';
import { filesIn, syncDirectoryOf } from '../hpkv/engine/sqlite/data-directory.ts';
import { openPlace } from '../hpkv/process/copy-command.ts';
import type { CommandStore } from '../hpkv/process/open-for-command.ts';
import { recordsCommand } from '../hpkv/process/store-command.ts';
import { LARGEST_MAX_VALUE_BYTES } from '../hpkv/protocol/limits.ts';
import { renewBlobPrefix } from '../lib/server/files/blob-prefix.ts';
import { copyFiles, type CopiedFiles } from '../lib/server/files/copies/copy-files.ts';
import { listFiles } from '../lib/server/files/copies/listed-files.ts';
import { verifyFiles } from '../lib/server/files/copies/verify-files.ts';
import type { Settings } from '../lib/server/runtime/settings.ts';
import { copiedReport, verifiedReport } from './file-reports.ts';
import { bucketIn, filesBelow } from './places.ts';

export const USAGE = `npm run parley -- backup FOLDER       copy records and files to a new folder, also while Parley runs
npm run parley -- verify [FOLDER]     read all records and files, of the store or of a backup, and say whether they are sound
npm run parley -- restore FOLDER      put a backup in the place of records and files; Parley must be stopped
npm run parley -- copy FROM TO        copy records and files between data directories, endpoints and databases (--dry-run, --skip, --replace)
npm run parley -- copy disk s3        copy files from DATA_DIR to the bucket; copy s3 disk, back`;

export interface BackupContext {
	settings: Settings;
	env: NodeJS.ProcessEnv;
	openStore: () => Promise<CommandStore>;
}

/** Runs the command and returns its report; throws an Error with a sentence on failure. */
export async function backupCommand(name: string, args: string[], context: BackupContext): Promise<string> {
	const [place, to] = args;
	if (name === 'verify') return place === undefined ? verifyStore(context) : verifyBackup(place, context);
	if (name === 'backup' && place !== undefined) return backup(place, context);
	if (name === 'restore' && place !== undefined) return restore(place, context);
	if (name === 'copy' && (place === 'disk' || place === 's3')) return copyBetweenBlobs(place, to, context);
	if (name === 'copy') return copy(args, context);
	throw new Error(USAGE);
}

const isFolder = (place: string) => existsSync(place) && statSync(place).isDirectory();

async function backup(place: string, { settings, env, openStore }: BackupContext): Promise<string> {
	// Without a slash at the end: the draft lies beside the backup.
	const folder = resolve(place);
	// Records alone, as in earlier releases: image/pre-backup copies the files itself.
	if (place.endsWith('.db')) return `${await recordsCommand('backup', [place], env)} Files are not in it.`;
	if (existsSync(folder)) throw new Error(`${folder} exists`);
	const draft = `${folder}.part-${process.pid}`;
	mkdirSync(draft, { recursive: true, mode: 0o700 });
	try {
		const { database } = filesIn(draft);
		// Before the files: bytes are stored before their record, and kept for a day after it.
		const said = await recordsCommand('backup', [database], env);
		const records = openBackup(database);
		const { store, close } = await openStore();
		try {
			const copied = await copyFiles(records, [openBlobs(settings.files)], filesBelow(draft), { now: store });
			records.close();
			renameSync(draft, folder);
			syncDirectoryOf(folder);
			return reportedCopy([said.replaceAll(draft, folder)], copied);
		} finally {
			await close();
		}
	} finally {
		rmSync(draft, { recursive: true, force: true });
	}
}

async function restore(place: string, { settings, env, openStore }: BackupContext): Promise<string> {
	if (!isFolder(place)) return recordsCommand('restore', [place], env);
	const { database } = filesIn(place);
	if (!existsSync(database)) throw new Error(`${place} is no backup: it has no hpkv.db`);
	const said = await recordsCommand('restore', [database], env);
	const blobs = openBlobs(settings.files);
	const { store, close } = await openStore();
	try {
		const copied = await copyFiles(store, [filesBelow(place)], blobs, { repair: true });
		// The store that the backup was made of may still use this bucket.
		if (blobs.isShared) await renewBlobPrefix(store);
		return reportedCopy([said], copied);
	} finally {
		await close();
	}
}

async function verifyStore({ settings, env, openStore }: BackupContext): Promise<string> {
	const isOwn = settings.store.mode === 'embedded';
	// Of a database and an endpoint, the files alone can be read from here.
	const said = isOwn || !settings.files.s3 ? [await recordsCommand('verify', [], env)] : [];
	const { store, close } = await openStore();
	try {
		return reported(said, await verifyFiles(store, openBlobs(settings.files)));
	} finally {
		await close();
	}
}

async function verifyBackup(place: string, { env }: BackupContext): Promise<string> {
	if (!isFolder(place)) return recordsCommand('verify', [place], env);
	const { database } = filesIn(place);
	const said = await recordsCommand('verify', [database], env);
	const records = openBackup(database);
	try {
		return reported([said], await verifyFiles(records, filesBelow(place)));
	} finally {
		records.close();
	}
}

function reported(said: string[], verified: Parameters<typeof verifiedReport>[0]): string {
	const { lines, isSound } = verifiedReport(verified);
	const report = [...said, ...lines].join('\n') || 'There are no files.';
	if (!isSound) throw new Error(report);
	return report;
}

/** @throws the report, where bytes of files are missing: a backup by cron must not seem whole. What was copied stays */
function reportedCopy(said: string[], copied: CopiedFiles): string {
	const report = [...said, ...copiedReport(copied)].join('\n') || 'There are no files.';
	if (copied.missing.length + copied.unreadable.length > 0) throw new Error(report);
	return report;
}

async function copyBetweenBlobs(
	from: 'disk' | 's3',
	to: string | undefined,
	{ settings, env, openStore }: BackupContext
): Promise<string> {
	if (to !== (from === 'disk' ? 's3' : 'disk')) throw new Error(USAGE);
	const [disk, bucket] = [filesBelow(join(settings.files.folder, '..')), bucketIn(env, from === 's3' ? 'FROM' : 'TO')];
	if (!bucket) throw new Error('There is no bucket: set S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET');
	const { store, close } = await openStore();
	try {
		const copied = await copyFiles(store, [from === 'disk' ? disk : bucket], from === 'disk' ? bucket : disk);
		return reportedCopy([], copied);
	} finally {
		await close();
	}
}

/** A directory has its files below it, else in the bucket; endpoints and databases have them in the bucket. */
async function copy(args: string[], { env }: BackupContext): Promise<string> {
	const said = await recordsCommand('copy', args, env);
	const [from = '', to = ''] = args.filter((arg) => !arg.startsWith('--'));
	if (args.includes('--dry-run')) return said;
	const isDirectory = (place: string) => !/^[a-z]+:\/\//i.test(place) && isFolder(place);
	const { store, close } = await openPlace(to, env.HPKV_TO_API_KEY ?? env.HPKV_API_KEY, LARGEST_MAX_VALUE_BYTES);
	try {
		if ((await listFiles(store).next()).done) return said;
		const [fromBucket, toBucket] = [bucketIn(env, 'FROM'), bucketIn(env, 'TO')];
		const sources = [...(isDirectory(from) ? [filesBelow(from)] : []), ...(fromBucket ? [fromBucket] : [])];
		const target: Blobs | undefined = isDirectory(to) ? filesBelow(to) : toBucket;
		if (!target || sources.length === 0) {
			throw new Error(
				`${said}\nThe files are not copied: set S3_ENDPOINT, S3_BUCKET, S3_KEY and S3_SECRET, or those of S3_FROM_… and S3_TO_…`
			);
		}
		const copied = await copyFiles(store, sources, target);
		// The other store may still use this bucket.
		if (target.isShared) await renewBlobPrefix(store);
		return [said, ...copiedReport(copied)].join('\n');
	} finally {
		await close();
	}
}
