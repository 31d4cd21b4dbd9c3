/** The commands for backups, as they are run by hand and by cron, on records and files. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import S3rver from '@20minutes/s3rver';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diskBlobs } from '../src/blobs/disk.ts';
import type { Blobs } from '../src/blobs/port.ts';
import { s3Blobs } from '../src/blobs/s3/s3.ts';
import { openForCommand } from '../src/hpkv/process/open-for-command.ts';
import type { Hpkv } from '../src/hpkv/port.ts';
import { png } from './fixtures/pictures.ts';
import { STRAY_BLOB_KEPT_MS } from '../src/lib/chat/limits.ts';
import { sweepFiles } from '../src/lib/server/files/attached/sweep.ts';
import { Avatars } from '../src/lib/server/files/avatars/avatars.ts';
import { ShownAvatars } from '../src/lib/server/files/avatars/shown-avatars.ts';
import { readStanding } from '../src/lib/server/people/standing.ts';
import { PlaceSettings } from '../src/lib/server/place/settings.ts';
import { readFileRecord } from '../src/lib/server/files/file-records.ts';
import { UploadLimits } from '../src/lib/server/files/upload-limits.ts';
import { Uploads } from '../src/lib/server/files/uploads.ts';

const CLI = fileURLToPath(new URL('../src/cli.ts', import.meta.url));
const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NODE = join(ROOT, 'node_modules/.bin/node');

let scratch: string;
let dataDir: string;
beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-backups-'));
	dataDir = join(scratch, 'data');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

/** `npm run parley -- …` */
function parley(args: string[], env: Record<string, string> = {}): Promise<{ code: number; output: string }> {
	return new Promise((done) => {
		const environment = { PATH: process.env.PATH ?? '', DATA_DIR: dataDir, NODE_NO_WARNINGS: '1', ...env };
		execFile(
			existsSync(NODE) ? NODE : process.execPath,
			[CLI, ...args],
			{ cwd: scratch, env: environment },
			(error, out, err) => done({ code: error ? Number(error.code) : 0, output: out + err })
		);
	});
}

function uploadsOn(store: Hpkv, blobs: Blobs): Uploads {
	const folder = join(scratch, 'uploads');
	const limits = new UploadLimits(store, blobs, folder, { most: 1e7, total: 1e9, leastFree: 0 });
	return new Uploads({ store, blobs, limits, folder, clock: Date.now });
}

async function add(store: Hpkv, blobs: Blobs, text: string): Promise<string> {
	const added = await uploadsOn(store, blobs).add(
		'ada',
		{ name: `${text}.txt`, original: false },
		Readable.from([Buffer.from(text)])
	);
	if (!added.ok) throw new Error(added.because);
	return added.file.id;
}

/** Opens the store of a data directory for as long as `act` takes. */
async function on<Result>(directory: string, act: (store: Hpkv) => Promise<Result>): Promise<Result> {
	const { store, close } = await openForCommand(directory, { make: true });
	try {
		return await act(store);
	} finally {
		await close();
	}
}

async function textOf(store: Hpkv, blobs: Blobs, id: string): Promise<string | undefined> {
	const record = await readFileRecord(store, id);
	const bytes = record && (await blobs.get(record.blob));
	return bytes && (await buffer(bytes)).toString();
}

const disk = (directory: string) => diskBlobs(join(directory, 'files'));

describe('files on the disk', () => {
	test('a backup has records and files, and puts both back; verify says what is missing, damaged and unknown', async () => {
		const [soup, tea, leek] = await on(dataDir, async (store) => [
			await add(store, disk(dataDir), 'soup'),
			await add(store, disk(dataDir), 'tea'),
			await add(store, disk(dataDir), 'leek')
		]);
		const backup = join(scratch, 'backup');
		const made = await parley(['backup', backup]);
		expect(made.output).toMatch(/records are in .*backup\/hpkv\.db, and sound\.\n3 files copied/);
		expect(readdirSync(backup).sort()).toEqual(['files', 'hpkv.db']);
		expect(readdirSync(scratch).filter((name) => name.includes('.part'))).toEqual([]);
		expect(await parley(['backup', backup])).toMatchObject({ code: 1, output: `${backup} exists\n` });
		const verified = await parley(['verify', backup]);
		expect([verified.code, verified.output]).toEqual([0, expect.stringContaining('3 files')]);

		// Of the store: one file lacks its bytes, one has others, and some bytes have no record.
		const stray = 'z'.repeat(34);
		await on(dataDir, async (store) => {
			const blobs = disk(dataDir);
			const [lost, changed] = [await readFileRecord(store, soup), await readFileRecord(store, tea)];
			await blobs.delete(lost?.blob ?? '');
			await blobs.put(changed?.blob ?? '', Readable.from([Buffer.from('tee')]), 3);
			await blobs.put(stray, Readable.from([Buffer.from('x')]), 1);
		});
		const found = await parley(['verify']);
		expect(found.code).toBe(1);
		expect(found.output).toMatch(/records are in .*, and sound\.\n1 file \(0\.0 MB\) is sound\./);
		expect(found.output).toMatch(new RegExp(`bytes of 1 file are missing:\n {2}"soup.txt" \\(file ${soup}\\)`));
		expect(found.output).toMatch(new RegExp(`bytes of 1 file are damaged:\n {2}"tea.txt" \\(file ${tea}\\)`));
		expect(found.output).toContain(`No record names the bytes of 1 blob:\n  ${stray}, 1 bytes`);

		// Elsewhere, and in the place itself: what is damaged there has the length of what was uploaded.
		const other = join(scratch, 'other');
		expect(await parley(['restore', backup], { DATA_DIR: other })).toMatchObject({ code: 0 });
		expect(await parley(['verify'], { DATA_DIR: other })).toMatchObject({ code: 0 });
		await on(other, async (store) => {
			expect(await textOf(store, disk(other), soup)).toBe('soup');
			expect(await textOf(store, disk(other), leek)).toBe('leek');
		});
		const restored = await parley(['restore', backup]);
		expect(restored.output).toMatch(/^\d+ records restored[^]*2 files copied .*; 1 were there already\./);
		expect(await parley(['verify'])).toMatchObject({ code: 0 });
	});

	test('a backup from a disk that cannot read one file has the others, and says which it lacks', async () => {
		const [soup, bread] = await on(dataDir, async (store) => [
			await add(store, disk(dataDir), 'soup'),
			await add(store, disk(dataDir), 'bread')
		]);
		const blob = await on(dataDir, async (store) => (await readFileRecord(store, soup))?.blob ?? '');
		const path = join(dataDir, 'files', blob.slice(0, 2), blob);
		rmSync(path);
		// It can be opened, and not read.
		mkdirSync(path);
		const place = join(scratch, 'backup');
		const made = await parley(['backup', place]);
		expect(made.code).toBe(1);
		expect(made.output).toMatch(
			/The bytes of 1 file cannot be read from the disk:\n {2}"soup.txt" \(file \w+\): .*EISDIR/
		);
		expect(made.output).not.toMatch(/^\s+at /m);
		await on(place, async (store) => expect(await textOf(store, disk(place), bread)).toBe('bread'));
	});

	test('a backup that lacks bytes says which, and an earlier backup of records alone is restored as before', async () => {
		await on(dataDir, async (store) => {
			const record = await readFileRecord(store, await add(store, disk(dataDir), 'soup'));
			await disk(dataDir).delete(record?.blob ?? '');
		});
		const made = await parley(['backup', join(scratch, 'backup')]);
		expect(made.output).toContain('The bytes of 1 file are missing or damaged:\n  "soup.txt"');
		const file = join(scratch, 'records.db');
		expect((await parley(['backup', file])).output).toContain('Files are not in it.');
		expect((await parley(['restore', file])).output).toMatch(/^\d+ records restored from/);
		writeFileSync(join(scratch, 'none'), '');
		expect((await parley(['restore', scratch])).output).toContain('is no backup');
	});

	test('a backup has the avatar of a person and the logo, which are shown after a restore, and verify says what they are', async () => {
		const avatarsOn = (store: Hpkv) => {
			const blobs = disk(dataDir);
			const pictures = { available: true, webp: () => Promise.resolve(Buffer.from('RIFF')) };
			const { limits } = uploadsOn(store, blobs);
			const failed = (error: unknown) => expect(error).toBe('');
			const settings = new PlaceSettings(store, {}, Date.now);
			return {
				avatars: new Avatars({ ...{ store, blobs, limits, pictures, clock: Date.now }, failed, notErased: failed }),
				shown: new ShownAvatars({ store, blobs, limits, settings, notErased: failed })
			};
		};
		const [id = '', logo = ''] = await on(dataDir, async (store) => {
			const { avatars, shown } = avatarsOn(store);
			const make = async () => {
				const added = await uploadsOn(store, disk(dataDir)).add(
					'ada',
					{ name: 'me.png', original: false },
					Readable.from([png(4, 4)])
				);
				const made = await avatars.make('ada', added.ok ? added.file.id : '');
				if (!made.ok) throw new Error(made.because);
				return made.id;
			};
			const made = [await make(), await make()] as const;
			await shown.show('ada', made[0]);
			await shown.showLogo(made[1]);
			return made;
		});
		const backup = join(scratch, 'backup');
		expect((await parley(['backup', backup])).output).toContain('2 files copied');
		await on(dataDir, async (store) => {
			await avatarsOn(store).shown.show('ada', null);
			await avatarsOn(store).shown.showLogo(null);
		});
		expect(await parley(['restore', backup])).toMatchObject({ code: 0 });
		const shown = await on(dataDir, async (store) => {
			for (const file of [id, logo]) expect(await textOf(store, disk(dataDir), file)).toBe('RIFF');
			expect((await new PlaceSettings(store, {}, Date.now).fresh()).logo).toBe(logo);
			const hour = 60 * 60_000;
			const { limits } = uploadsOn(store, disk(dataDir));
			const swept = await sweepFiles({ store, blobs: disk(dataDir), limits, clock: () => Date.now() + 50 * hour });
			expect(swept).toEqual({ files: 0, blobs: 0 });
			return readStanding(store, 'ada');
		});
		expect(shown.avatar).toBe(id);
		await on(dataDir, async (store) => disk(dataDir).delete((await readFileRecord(store, id))?.blob ?? ''));
		expect((await parley(['verify'])).output).toContain(`"avatar.webp" (file ${id}), an avatar or the logo, bytes`);
	});

	test('a copy to another directory has the files', async () => {
		const soup = await on(dataDir, (store) => add(store, disk(dataDir), 'soup'));
		const other = join(scratch, 'other');
		expect((await parley(['copy', dataDir, other])).output).toContain('1 file copied');
		await on(other, async (store) => expect(await textOf(store, disk(other), soup)).toBe('soup'));
	});
});

describe('files in a bucket', () => {
	let server: InstanceType<typeof S3rver>;
	let home: string;
	let bucket: Blobs;
	const env: Record<string, string> = { S3_BUCKET: 'files', S3_KEY: 'S3RVER', S3_SECRET: 'S3RVER' };
	beforeAll(async () => {
		home = mkdtempSync(join(tmpdir(), 'parley-s3-'));
		const configureBuckets = [{ name: 'files', configs: [] }];
		server = new S3rver({ port: 0, address: '127.0.0.1', directory: home, silent: true, configureBuckets });
		const { port } = await server.run();
		env.S3_ENDPOINT = `http://127.0.0.1:${port}`;
		bucket = s3Blobs({ endpoint: env.S3_ENDPOINT, bucket: 'files', key: 'S3RVER', secret: 'S3RVER' });
	});
	afterAll(async () => {
		await server.close();
		rmSync(home, { recursive: true, force: true });
	});

	test('files go from the disk to the bucket and back; a backup of the bucket has them', async () => {
		const soup = await on(dataDir, (store) => add(store, disk(dataDir), 'soup'));
		expect((await parley(['copy', 'disk', 's3'])).output).toContain('There is no bucket');
		expect((await parley(['copy', 'disk', 's3'], env)).output).toMatch(/^1 file copied/);
		await on(dataDir, async (store) => expect(await textOf(store, bucket, soup)).toBe('soup'));
		rmSync(join(dataDir, 'files'), { recursive: true });
		expect((await parley(['backup', join(scratch, 'backup')], env)).output).toContain('1 file copied');
		expect((await parley(['copy', 's3', 'disk'], env)).output).toMatch(/^1 file copied/);
		await on(dataDir, async (store) => expect(await textOf(store, disk(dataDir), soup)).toBe('soup'));
	});

	test('of a store that goes on and one that was restored beside it, the sweep of neither removes bytes of the other', async () => {
		const soup = await on(dataDir, (store) => add(store, bucket, 'soup'));
		const backup = join(scratch, 'backup');
		expect(await parley(['backup', backup], env)).toMatchObject({ code: 0 });
		const trial = join(scratch, 'trial');
		expect(await parley(['restore', backup], { ...env, DATA_DIR: trial })).toMatchObject({ code: 0 });
		const tea = await on(dataDir, (store) => add(store, bucket, 'tea'));
		const leek = await on(trial, (store) => add(store, bucket, 'leek'));
		const sweep = (directory: string, now: number) =>
			on(directory, (store) => {
				const limits = { note: () => undefined };
				return sweepFiles({ store, blobs: bucket, limits, clock: () => now });
			});
		const hours = (count: number) => Date.now() + count * 3_600_000;
		// The files are in no message: their own sweep would remove them after a day.
		for (const directory of [dataDir, trial]) expect(await sweep(directory, hours(0))).toEqual({ files: 0, blobs: 0 });
		for (const directory of [dataDir, trial]) {
			await on(directory, async (store) => {
				for (const id of [soup, tea, leek])
					if (await readFileRecord(store, id)) await store.set(`fileuse:${id}`, ';20990101.r.ada.s.1');
			});
			expect(await sweep(directory, Date.now() + STRAY_BLOB_KEPT_MS + 3_600_000)).toMatchObject({ blobs: 0 });
		}
		await on(dataDir, async (store) => {
			expect([await textOf(store, bucket, soup), await textOf(store, bucket, tea)]).toEqual(['soup', 'tea']);
		});
		await on(trial, async (store) => {
			expect([await textOf(store, bucket, soup), await textOf(store, bucket, leek)]).toEqual(['soup', 'leek']);
		});
	});
});
