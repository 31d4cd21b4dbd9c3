import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import * as made from '../../../../../tests/fixtures/pictures.ts';
import { shownAs } from '../../../chat/files/file.ts';
import { ByteSource } from './byte-source.ts';
import { readContent } from './content.ts';
import { orientationIn } from './orientation.ts';
import { readPieces, sizeOfPieces } from './pieces.ts';
import { typeOf } from './type.ts';

const scratch = mkdtempSync(join(tmpdir(), 'parley-content-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const contentOf = (bytes: Buffer) => readContent(ByteSource.of(bytes));

/** The file without its metadata. */
async function stripped(bytes: Buffer): Promise<Buffer> {
	const { pieces = [] } = await contentOf(bytes);
	const path = join(scratch, 'file');
	writeFileSync(path, bytes);
	// Copies: all come in one buffer.
	const left = Buffer.concat(await Array.fromAsync(readPieces(path, pieces), (bytes) => Buffer.from(bytes)));
	expect(left.length).toBe(sizeOfPieces(pieces));
	return left;
}

test.each([
	['image/png', made.png(3, 2)],
	['image/jpeg', made.jpeg()],
	['image/gif', made.gif()],
	['image/webp', made.webp(3, 2)],
	['image/avif', made.avif(3, 2)],
	['video/mp4', made.mp4()],
	['video/webm', Buffer.from('\x1aE\xdf\xa3\x01\0\0\0\0\0\0\x1fB\x82\x84webm', 'latin1')],
	['audio/ogg', Buffer.from('OggS\0\x02')],
	['audio/mpeg', Buffer.from('ID3\x04')],
	['audio/mpeg', Buffer.from([0xff, 0xfb, 0x90, 0x64])],
	['audio/wav', Buffer.from('RIFF\0\0\0\0WAVEfmt ')],
	['audio/mp4', Buffer.from('\0\0\0\x18ftypM4A \0\0\0\0M4A mp42')],
	['application/pdf', Buffer.from('%PDF-1.7')],
	['application/zip', Buffer.from('PK\x03\x04')],
	['text/plain', Buffer.from('Grüße,\n\tAda')],
	['application/octet-stream', Buffer.from([0, 1, 2, 3])],
	['application/octet-stream', Buffer.from([0xff, 0xff, 0xff, 0xff])]
])('the first bytes say %s', (type, bytes) => {
	expect(typeOf(bytes)).toBe(type);
});

describe('size', () => {
	test.each([
		['png', made.png(300, 200, { pixels: false }), 300, 200],
		['jpeg', made.jpeg(640, 480), 640, 480],
		['gif', made.gif(3, 2), 3, 2],
		['webp', made.webp(1_000, 700), 1_000, 700],
		['avif', made.avif(4_000, 3_000), 4_000, 3_000],
		['a turned avif', made.avif(4_000, 3_000, true), 3_000, 4_000],
		['a turned jpeg', made.jpegWithMetadata(80, 40, 6), 40, 80],
		['an upright jpeg', made.jpegWithMetadata(80, 40, 1), 80, 40],
		['a turned png', made.pngWithMetadata(30, 20), 20, 30],
		['a turned webp', made.webpWithMetadata(30, 20), 20, 30]
	])('of %s is found in its header', async (_, bytes, w, h) => {
		expect(await contentOf(bytes)).toMatchObject({ w, h });
	});
});

describe('metadata', () => {
	test.each([
		['JPEG', made.jpegWithMetadata()],
		['PNG', made.pngWithMetadata()],
		['WebP', made.webpWithMetadata()]
	])('of a %s is gone, and its orientation is kept', async (_, bytes) => {
		expect(bytes.includes(made.SECRET)).toBe(true);
		const left = await stripped(bytes);
		expect(left.includes(made.SECRET)).toBe(false);
		// The picture is the same for another look, which finds nothing more to take out.
		const [before, after] = [await contentOf(bytes), await contentOf(left)];
		expect(after).toMatchObject({ type: before.type, w: before.w, h: before.h });
		expect(await stripped(left)).toEqual(left);
	});

	test('what a JPEG looks like is kept: its data, colours and density', async () => {
		const left = await stripped(made.jpegWithMetadata(80, 40, 1));
		expect(left.includes('ICC_PROFILE')).toBe(true);
		expect(left.includes('JFIF')).toBe(true);
		expect(await stripped(made.jpeg(80, 40))).toEqual(made.jpeg(80, 40));
	});

	test('a picture without metadata stays as it is', async () => {
		for (const bytes of [made.png(30, 20), made.jpeg(), made.webp(30, 20)])
			expect(await stripped(bytes)).toEqual(bytes);
	});

	test('an orientation outside of its data is upright', () => {
		expect(orientationIn(Buffer.from('MM\0*\xff\xff\xff\xff\0\x01\0\0\0\0', 'latin1'))).toBe(1);
		expect(orientationIn(made.exif(9))).toBe(1);
		expect(orientationIn(made.exif(3))).toBe(3);
	});
});

describe('a hostile file', () => {
	test.each(made.HOSTILE)('$why is no more than a download, or a harmless picture', async ({ bytes }) => {
		const content = await contentOf(bytes);
		const { type, w = 0, h = 0, pieces } = content;
		expect(type).not.toMatch(/html|svg|xml|script/);
		if (shownAs(content) === 'picture') expect(w * h).toBeLessThanOrEqual(50_000_000);
		if (pieces) expect((await stripped(bytes)).includes('hasRun')).toBe(false);
	});

	test('that is made to cost time is damaged', async () => {
		const png = made.png(3, 2);
		const chunk = Buffer.from('\0\0\0\0tEXt\0\0\0\0', 'latin1');
		const many = (bytes: Buffer) => Buffer.concat(Array.from({ length: 30_000 }, () => bytes));
		const jpeg = made.jpeg();
		const webp = Buffer.concat([made.webp(3, 2), many(Buffer.from('XXXX\0\0\0\0', 'latin1'))]);
		webp.writeUInt32LE(webp.length - 8, 4);
		for (const bytes of [
			Buffer.concat([png.subarray(0, 33), many(chunk), png.subarray(33)]),
			Buffer.concat([jpeg.subarray(0, 2), many(Buffer.from([0xff])), jpeg.subarray(2)]),
			Buffer.concat([jpeg.subarray(0, 2), many(Buffer.from([0xff, 0xfe, 0, 2])), jpeg.subarray(2)]),
			webp
		])
			expect((await contentOf(bytes)).pieces).toBeUndefined();
	});

	test('every cut of a picture is read without an error', async () => {
		for (const bytes of [made.jpegWithMetadata(), made.pngWithMetadata(), made.webpWithMetadata(), made.avif(3, 2)]) {
			for (let length = 12; length < bytes.length; length += 3) await contentOf(bytes.subarray(0, length));
		}
	});
});
