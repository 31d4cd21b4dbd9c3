import { MAX_PICTURE_STEPS, MAX_PIECES } from '../../../chat/limits.ts';
import type { ByteSource } from './byte-source.ts';
import { orientationIn, tiffOf, turned } from './orientation.ts';
import { keep, type Picture, type Piece } from './pieces.ts';

const [SOI, EOI, SOS, COM] = [0xd8, 0xd9, 0xda, 0xfe];
const EXIF = 'Exif\0\0';

/** Frame headers, which hold the size. C4, C8 and CC are others of this range. */
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

/** Application data that changes how the picture looks: JFIF's density, the ICC profile, Adobe's colour transform. */
function isNeeded(marker: number, data: Buffer): boolean {
	const begins = (text: string) => data.toString('latin1', 0, text.length) === text;
	return (
		(marker === 0xe0 && begins('JFIF\0')) ||
		(marker === 0xe2 && begins('ICC_PROFILE\0')) ||
		(marker === 0xee && begins('Adobe'))
	);
}

/**
 * Size and pieces without metadata: Exif (with GPS), XMP, IPTC, comments, previews and what is behind the picture's end.
 * Undefined if it is no whole picture.
 */
export async function readJpeg(source: ByteSource): Promise<Picture | undefined> {
	const pieces: Piece[] = [];
	let size: { w: number; h: number } | undefined;
	let orientation = 1;
	keep(pieces, 0, 2);
	for (let position = 2, steps = 0; ; steps++) {
		if (steps > MAX_PICTURE_STEPS) return undefined;
		const head = await source.at(position, 4);
		const [fill, marker = 0] = head;
		if (fill !== 0xff) return undefined;
		if (marker === 0xff) {
			position += 1;
			continue;
		}
		if (marker === EOI) {
			keep(pieces, position, position + 2);
			break;
		}
		if (head.length < 4 || marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) return undefined;
		const end = position + 2 + head.readUInt16BE(2);
		if (end < position + 4 || end > source.size || pieces.length > MAX_PIECES) return undefined;
		if (marker === COM || (marker >= 0xe0 && marker <= 0xef)) {
			const data = await source.at(position + 4, Math.min(end - position - 4, 65_533));
			if (isNeeded(marker, data)) keep(pieces, position, end);
			if (marker === 0xe1 && data.toString('latin1', 0, EXIF.length) === EXIF) {
				orientation = orientationIn(data.subarray(EXIF.length));
			}
		} else {
			if (isFrame(marker)) {
				const frame = await source.at(position + 5, 4);
				if (frame.length < 4) return undefined;
				size ??= { w: frame.readUInt16BE(2), h: frame.readUInt16BE(0) };
			}
			keep(pieces, position, end);
		}
		position = end;
		if (marker !== SOS) continue;
		const next = await endOfScan(source, position);
		keep(pieces, position, next);
		if (next >= source.size) break;
		position = next;
	}
	if (!size || size.w === 0 || size.h === 0) return undefined;
	return { ...turned(size.w, size.h, orientation), pieces: withOrientation(pieces, orientation) };
}

/** The next marker that does not belong to the coded data. A picture that was cut off ends with the file. */
async function endOfScan(source: ByteSource, from: number): Promise<number> {
	for (let position = from; position < source.size;) {
		const window = await source.at(position, 32_768);
		// `indexOf` costs more where stuffed bytes are dense.
		for (let at = 0; at + 1 < window.length; at++) {
			if (window[at] !== 0xff) continue;
			const marker = window[at + 1] ?? 0;
			// A stuffed byte, a restart, or a fill byte.
			if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return position + at;
		}
		// The last byte again: it may be the first of a marker.
		position += Math.max(1, window.length - 1);
	}
	return source.size;
}

/** Right behind the first bytes and JFIF's segment, where readers look for it. */
function withOrientation(pieces: Piece[], orientation: number): Piece[] {
	if (orientation === 1) return pieces;
	const tiff = tiffOf(orientation);
	const head = Buffer.from([0xff, 0xe1, 0, 2 + EXIF.length + tiff.length]);
	const bytes = Buffer.concat([head, Buffer.from(EXIF, 'latin1'), tiff]);
	const [first, ...rest] = pieces;
	if (!first || 'bytes' in first) return pieces;
	return [{ from: 0, to: 2 }, { bytes }, ...(first.to > 2 ? [{ from: 2, to: first.to }] : []), ...rest];
}
