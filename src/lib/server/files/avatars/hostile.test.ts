/** Files that somebody sends to harm, through the form of an avatar: uploaded, decoded by sharp in its process, and stored. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE, png, pngChunk } from '../../../../../tests/fixtures/pictures.ts';
import { diskBlobs } from '../../../../blobs/disk.ts';
import { memoryStore } from '../../../../hpkv/embedded/memory.ts';
import { AVATAR_SIDE } from '../../../chat/limits.ts';
import { ChildPictures } from '../../pictures/child.ts';
import { readFileRecord } from '../file-records.ts';
import { UploadLimits } from '../upload-limits.ts';
import { Uploads } from '../uploads.ts';
import { Avatars } from './avatars.ts';

const scratch = mkdtempSync(join(tmpdir(), 'parley-hostile-'));
const store = memoryStore();
const blobs = diskBlobs(join(scratch, 'files'));
const limits = new UploadLimits(store, blobs, scratch, { most: 25e6, total: 1e9, leastFree: 0 });
const failures: unknown[] = [];
const failed = (error: unknown) => void failures.push(error);
let pictures: ChildPictures;
beforeAll(() => {
	pictures = new ChildPictures({
		entry: fileURLToPath(new URL('../../pictures/process.ts', import.meta.url)),
		failed
	});
});
afterAll(() => {
	pictures.close();
	rmSync(scratch, { recursive: true, force: true });
});

/** @returns the avatar, or why there is none: of the upload, or of the making */
async function avatarOf(bytes: Buffer, person: string): Promise<Buffer | string> {
	const uploads = new Uploads({ store, blobs, limits, folder: join(scratch, 'uploads'), clock: Date.now });
	const added = await uploads.add(person, { name: 'me.png', original: false }, Readable.from([bytes]));
	if (!added.ok) return added.because;
	const avatars = new Avatars({ ...{ store, blobs, limits, pictures, clock: Date.now }, failed, notErased: failed });
	const made = await avatars.make(person, added.file.id);
	if (!made.ok) return made.because;
	const { blob = '' } = (await readFileRecord(store, made.id)) ?? {};
	const stored = await buffer((await blobs.get(blob)) ?? Readable.from([]));
	await blobs.delete(blob);
	return stored;
}

const SCRIPT = '<script>alert(1)</script>';
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><image href="file:///etc/passwd"/></svg>`;
const flat = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#a40' } });
const textBomb = () =>
	png(40, 30, {
		extra: [pngChunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(200e6))]))]
	});
const lying = (width: number, height: number) => png(width, height, { pixels: false });

/** Of the hostile files that are refused otherwise, or not at all. */
const OUTCOMES: Record<string, 'damaged-picture' | 'square'> = {
	'a PNG with HTML inside': 'square',
	'a JPEG with a page behind it': 'square',
	'a JPEG whose segment is longer than the file': 'damaged-picture',
	'a PNG chunk of 4 GB': 'damaged-picture',
	'a WebP without chunks': 'damaged-picture'
};

/** The refusal, which leaves nothing; or `square`: it becomes a picture that holds nothing of what was hidden in it. */
const FILES: Record<
	string,
	{ bytes: () => Buffer | Promise<Buffer>; is: 'no-picture' | 'damaged-picture' | 'square' }
> = {
	'an SVG': { bytes: () => Buffer.from(SVG), is: 'no-picture' },
	'an SVG that begins as a PNG': {
		bytes: () => Buffer.concat([png(40, 30).subarray(0, 8), Buffer.from(SVG)]),
		is: 'damaged-picture'
	},
	'a page that begins as a GIF': { bytes: () => Buffer.from(`GIF89a/*${SCRIPT}*/=1;`), is: 'no-picture' },
	'a PNG with a page behind it': { bytes: () => Buffer.concat([png(40, 30), Buffer.from(SCRIPT)]), is: 'square' },
	'a PNG with an archive behind it': {
		bytes: () => Buffer.concat([png(40, 30), Buffer.from(`PK\x03\x04${SCRIPT}`)]),
		is: 'square'
	},
	'a JPEG with a page in its comment': {
		bytes: async () => {
			const jpeg = await flat(40, 30).jpeg().toBuffer();
			const comment = Buffer.from(SCRIPT);
			const head = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
			return Buffer.concat([jpeg.subarray(0, 2), head, comment, jpeg.subarray(2)]);
		},
		is: 'square'
	},
	'a header of 50,000 × 50,000': { bytes: () => lying(50_000, 50_000), is: 'no-picture' },
	'a header that says more than there is': { bytes: () => lying(4_000, 4_000), is: 'no-picture' },
	'sixty-four million pixels in few bytes': { bytes: () => flat(8_000, 8_000).png().toBuffer(), is: 'no-picture' },
	'forty-nine million pixels in few bytes': { bytes: () => flat(7_000, 7_000).png().toBuffer(), is: 'square' },
	'one pixel wide and 40,000 high': { bytes: () => flat(1, 40_000).png().toBuffer(), is: 'square' },
	'a text of 200 MB in a chunk': { bytes: textBomb, is: 'square' },
	'a truncated JPEG': {
		bytes: async () => (await flat(900, 900).jpeg().toBuffer()).subarray(0, 3_000),
		is: 'no-picture'
	},
	'a truncated WebP': { bytes: async () => (await flat(900, 900).webp().toBuffer()).subarray(0, 60), is: 'no-picture' },
	...Object.fromEntries(
		HOSTILE.map(({ why, bytes }) => [why, { bytes: () => bytes, is: OUTCOMES[why] ?? 'no-picture' }])
	)
};

test.each(Object.keys(FILES))(
	'%s leaves nothing behind, and the next avatar is made',
	async (name) => {
		const at = Object.keys(FILES).indexOf(name);
		const { bytes, is } = FILES[name]!;
		const avatar = await avatarOf(await bytes(), `sender${at}`);
		if (typeof avatar === 'string') expect(avatar).toBe(is);
		else {
			expect(is).toBe('square');
			expect(avatar.subarray(0, 4).toString() + avatar.subarray(8, 12).toString()).toBe('RIFFWEBP');
			expect(avatar.length).toBe(avatar.readUInt32LE(4) + 8);
			expect(avatar.includes('alert')).toBe(false);
			const { width = 0, height = 0 } = await sharp(avatar).metadata();
			expect(width === height && width > 0 && width <= AVATAR_SIDE).toBe(true);
		}
		expect(await Array.fromAsync(blobs.list())).toEqual([]);
		expect(Buffer.isBuffer(await avatarOf(png(40, 30), `next${at}`))).toBe(true);
		expect(failures).toEqual([]);
	},
	60_000
);
