import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import S3rver from '@20minutes/s3rver';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { png } from '../../../../../tests/fixtures/pictures.ts';
import { diskBlobs } from '../../../../blobs/disk.ts';
import type { Blobs } from '../../../../blobs/port.ts';
import { s3Blobs } from '../../../../blobs/s3/s3.ts';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { STRAY_BLOB_KEPT_MS } from '../../../chat/limits.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { PicturesBusy, type Pictures } from '../../pictures/pictures.ts';
import { eraseFile } from '../attached/erase.ts';
import { sweepFiles } from '../attached/sweep.ts';
import { verifyFiles } from '../copies/verify-files.ts';
import { readFileRecord, type FileRecord } from '../file-records.ts';
import { UploadLimits } from '../upload-limits.ts';
import { Uploads } from '../uploads.ts';
import { readThumbnail } from './thumbnail-record.ts';
import { Thumbnails, type ThumbnailsOptions } from './thumbnails.ts';

const bucketFolder = mkdtempSync(join(tmpdir(), 'parley-thumbnails-s3-'));
const server = new S3rver({
	port: 0,
	address: '127.0.0.1',
	directory: bucketFolder,
	silent: true,
	configureBuckets: [{ name: 'files', configs: [] }]
});
let endpoint: string;
beforeAll(async () => {
	endpoint = `http://127.0.0.1:${(await server.run()).port}`;
});
afterAll(async () => {
	await server.close();
	rmSync(bucketFolder, { recursive: true, force: true });
});

let scratch: string;
let store: Hpkv;
let blobs: Blobs;
let limits: UploadLimits;
let now: number;
let failures: unknown[];
let made: number;

const clock = () => now;
const WEBP = Buffer.from('RIFF....WEBP');
/** Makes that of any picture. */
const pictures: Pictures = {
	available: true,
	webp: async (bytes) => {
		made += 1;
		if (!(bytes instanceof Uint8Array)) await buffer((await bytes.open()) ?? Readable.from([]));
		return WEBP;
	}
};
const refusing = (webp: Pictures['webp'], available = true): Pictures => ({ available, webp });

beforeEach(() => {
	scratch = mkdtempSync(join(tmpdir(), 'parley-thumbnails-'));
	store = memoryStore();
	blobs = diskBlobs(join(scratch, 'files'));
	limits = new UploadLimits(store, blobs, scratch, { most: 1e6, total: 1e9, leastFree: 0 });
	now = Date.now();
	failures = [];
	made = 0;
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

async function picture(bytes = png(1_300, 2)): Promise<FileRecord> {
	const uploads = new Uploads({ store, blobs, limits, folder: join(scratch, 'uploads'), clock });
	const added = await uploads.add('ada', { name: 'soup.png', original: false }, Readable.from([bytes]));
	const record = added.ok && (await readFileRecord(store, added.file.id));
	if (!record) throw new Error('not added');
	return record;
}

const thumbnailsWith = (options: Partial<ThumbnailsOptions> = {}) =>
	new Thumbnails({ store, blobs, limits, pictures, failed: (error) => failures.push(error), ...options });
const open = async (thumbnails: Thumbnails, record: FileRecord) => {
	const { found, isNew } = await thumbnails.open(record, await readThumbnail(store, record.id));
	if (!found) return { isNew };
	const bytes = await buffer(found.bytes);
	expect(bytes.length).toBe(found.size);
	return { isNew, bytes };
};
const blobCount = async () => (await Array.fromAsync(blobs.list())).length;
const erasing = () => ({ store, blobs, limits, clock });

describe.each(['disk', 'bucket'])('a thumbnail on a %s', (place) => {
	beforeEach(async () => {
		if (place === 'disk') return;
		blobs = s3Blobs({ endpoint, bucket: 'files', key: 'S3RVER', secret: 'S3RVER' });
		for await (const { key } of blobs.list()) await blobs.delete(key);
		limits = new UploadLimits(store, blobs, scratch, { most: 1e6, total: 1e9, leastFree: 0 });
	});

	test('is made once, at the first request, and then read', async () => {
		const record = await picture();
		const thumbnails = thumbnailsWith();
		const all = await Promise.all([open(thumbnails, record), open(thumbnails, record), open(thumbnails, record)]);
		expect(all).toEqual(Array(3).fill({ isNew: true, bytes: WEBP }));
		expect(await open(thumbnails, record)).toEqual({ isNew: false, bytes: WEBP });
		expect(await open(thumbnailsWith(), record)).toEqual({ isNew: false, bytes: WEBP });
		expect([made, await blobCount()]).toEqual([1, 2]);
	});

	test.each([
		['a small picture', png(30, 20)],
		['a text', Buffer.from('soup '.repeat(40_000))],
		['a GIF', Buffer.concat([Buffer.from('GIF89a'), Buffer.from([0, 9, 0, 9, 0, 0, 0]), Buffer.alloc(200_000)])]
	])('is not made of %s', async (_, bytes) => {
		expect(await open(thumbnailsWith(), await picture(bytes))).toEqual({ isNew: false });
		expect(made).toBe(0);
	});

	test('of two nodes that make it at once is one', async () => {
		const record = await picture();
		const both = await Promise.all([open(thumbnailsWith(), record), open(thumbnailsWith(), record)]);
		expect(both).toEqual(Array(2).fill({ isNew: true, bytes: WEBP }));
		expect([made, await blobCount()]).toEqual([2, 2]);
		expect(await open(thumbnailsWith(), record)).toEqual({ isNew: false, bytes: WEBP });
	});

	test('that a picture cannot have, or that is larger, is not tried again', async () => {
		for (const webp of [undefined, Buffer.alloc(1e6)]) {
			const record = await picture();
			let tries = 0;
			const thumbnails = thumbnailsWith({ pictures: refusing(() => Promise.resolve((tries++, webp))) });
			expect(await open(thumbnails, record)).toEqual({ isNew: true });
			expect(await open(thumbnails, record)).toEqual({ isNew: false });
			expect(tries).toBe(1);
		}
	});

	test('that cannot be made now is made later', async () => {
		const record = await picture();
		const busy = refusing(() => Promise.reject(new PicturesBusy('64 are waiting')));
		const broken = refusing(() => Promise.reject(new Error('The bucket is away')));
		let available = true;
		const lacking: Pictures = {
			get available() {
				return available;
			},
			webp: () => Promise.resolve(((available = false), undefined))
		};
		for (const pictures of [busy, broken, lacking, refusing(() => Promise.resolve(WEBP), false)])
			expect(await open(thumbnailsWith({ pictures }), record)).toEqual({ isNew: true });
		const full = new UploadLimits(store, blobs, scratch, { most: 1e6, total: 1, leastFree: 0 });
		expect(await open(thumbnailsWith({ limits: full }), record)).toEqual({ isNew: true });
		expect(failures).toMatchObject([{ message: 'The bucket is away' }]);
		expect(await open(thumbnailsWith(), record)).toEqual({ isNew: true, bytes: WEBP });
	});

	test('that takes long is not waited for, and is there afterwards', async () => {
		const record = await picture();
		const { promise, resolve } = Promise.withResolvers<Buffer>();
		// The wait may be over before the picture is asked for.
		const thumbnails = thumbnailsWith({ pictures: refusing(() => promise), waitMs: 5 });
		expect(await open(thumbnails, record)).toEqual({ isNew: true });
		resolve(WEBP);
		await expect.poll(() => open(thumbnails, record)).toEqual({ isNew: false, bytes: WEBP });
	});

	test('whose bytes are missing, as in a restored backup, is made again and is no finding of verify', async () => {
		const record = await picture();
		await open(thumbnailsWith(), record);
		expect(await verifyFiles(store, blobs)).toMatchObject({ sound: 1, missing: [], strays: [] });
		const known = await readThumbnail(store, record.id);
		if (!known || known === 'none') throw new Error('not made');
		await blobs.delete(known.blob);
		expect(await verifyFiles(store, blobs)).toMatchObject({ sound: 1, missing: [], strays: [] });
		expect(await open(thumbnailsWith(), record)).toEqual({ isNew: true, bytes: WEBP });
		expect(await open(thumbnailsWith(), record)).toEqual({ isNew: false, bytes: WEBP });
		expect(await blobCount()).toBe(2);
	});
});

describe('a file that is erased', () => {
	const isGone = async (record: FileRecord) => {
		expect(await store.get(keys.thumbnail(record.id))).toBeUndefined();
		expect(await blobCount()).toBe(0);
	};

	test('takes its thumbnail along', async () => {
		const record = await picture();
		await open(thumbnailsWith(), record);
		await eraseFile(erasing(), record.id);
		await isGone(record);
	});

	test('while its thumbnail is made leaves nothing, whichever step it meets', async () => {
		const steps = ['webp', 'put', 'patch', 'patched'] as const;
		for (const step of steps) {
			const record = await picture();
			const erase = () => eraseFile(erasing(), record.id);
			const thumbnails = thumbnailsWith({
				pictures: refusing(async () => (step === 'webp' && (await erase()), WEBP)),
				blobs: {
					...blobs,
					get: (key) => blobs.get(key),
					put: async (...given) => (await blobs.put(...given), step === 'put' && (await erase()), undefined)
				},
				store: {
					...store,
					patch: async (...given) => {
						if (step === 'patch') await erase();
						await store.patch(...given);
						if (step === 'patched') await erase();
					}
				}
			});
			expect(await open(thumbnails, record), step).toEqual({ isNew: true });
			await isGone(record);
		}
		expect(failures).toEqual([]);
	});

	test('by a process that has died between the two loses its thumbnail at the next try', async () => {
		const record = await picture();
		await open(thumbnailsWith(), record);
		const dying: Hpkv = {
			...store,
			delete: (key) => (key.startsWith('thumbnail:') ? Promise.reject(new Error('died')) : store.delete(key))
		};
		await expect(eraseFile({ ...erasing(), store: dying }, record.id)).rejects.toThrow('died');
		await eraseFile(erasing(), record.id);
		await isGone(record);
	});
});

test('the sweep keeps thumbnails of files, and removes those without one', async () => {
	const [kept, gone] = [await picture(), await picture()];
	for (const record of [kept, gone]) await open(thumbnailsWith(), record);
	// As its maker leaves it that has died before its last look.
	await blobs.delete(gone.blob);
	await store.delete(keys.file(gone.id));
	for (let day = 0; day < 3; day++) {
		await store.patch(keys.fileUse(kept.id), `;2999-01-01.kitchen.ada.send.${day}`);
		await sweepFiles(erasing());
		now += STRAY_BLOB_KEPT_MS;
	}
	expect(await store.get(keys.thumbnail(gone.id))).toBeUndefined();
	expect(await open(thumbnailsWith(), kept)).toEqual({ isNew: false, bytes: WEBP });
	expect(await blobCount()).toBe(2);
});
