/** What a file is, found in its bytes without decoding it. */
import type { ByteSource } from './byte-source.ts';
import { readAvif } from './avif.ts';
import { readJpeg } from './jpeg.ts';
import type { Picture } from './pieces.ts';
import { readPng } from './png.ts';
import { typeOf } from './type.ts';
import { readWebp } from './webp.ts';

export type Content = { type: string } & Partial<Picture>;

/** Enough to tell text from other bytes. */
const HEAD = 4_096;

export async function readContent(source: ByteSource): Promise<Content> {
	const type = typeOf(Buffer.from(await source.at(0, HEAD)));
	return { type, ...(await pictureOf(type, source)) };
}

async function pictureOf(type: string, source: ByteSource): Promise<Picture | undefined> {
	switch (type) {
		case 'image/jpeg':
			return readJpeg(source);
		case 'image/png':
			return readPng(source);
		case 'image/webp':
			return readWebp(source);
		case 'image/avif':
			return readAvif(source);
		case 'image/gif':
			return readGif(source);
		default:
			return undefined;
	}
}

async function readGif(source: ByteSource): Promise<Picture | undefined> {
	const head = await source.at(0, 10);
	if (head.length < 10) return undefined;
	const [w, h] = [head.readUInt16LE(6), head.readUInt16LE(8)];
	return w > 0 && h > 0 ? { w, h } : undefined;
}
