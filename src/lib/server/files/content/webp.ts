import { MAX_PICTURE_STEPS, MAX_PIECES } from '../../../chat/limits.ts';
import type { ByteSource } from './byte-source.ts';
import { orientationIn, tiffOf, turned } from './orientation.ts';
import { keep, sizeOfPieces, type Picture, type Piece } from './pieces.ts';

const KEPT = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Of VP8X: there is Exif, there is XMP. */
const [HAS_EXIF, HAS_XMP] = [0x08, 0x04];

/** Size and pieces without Exif, XMP, unknown chunks and what is behind the end. Undefined if it is no picture. */
export async function readWebp(source: ByteSource): Promise<Picture | undefined> {
	const kept: Piece[] = [];
	let size: { w: number; h: number } | undefined;
	let orientation = 1;
	let flags: Buffer | undefined;
	const riff = (await source.at(4, 4)).readUInt32LE(0);
	const last = Math.min(source.size, 8 + riff);
	for (let position = 12, steps = 0; position + 8 <= last; steps++) {
		if (steps > MAX_PICTURE_STEPS) return undefined;
		const head = await source.at(position, 18);
		const [type, length] = [head.toString('latin1', 0, 4), head.readUInt32LE(4)];
		const end = position + 8 + length + (length & 1);
		if (kept.length > MAX_PIECES) return undefined;
		if (type === 'EXIF') {
			const data = await source.at(position + 8, Math.min(length, 65_536));
			const isPrefixed = data.toString('latin1', 0, 4) === 'Exif';
			orientation = orientationIn(isPrefixed ? data.subarray(6) : data);
		}
		if (type === 'VP8X' && !flags) {
			if (head.length < 18 || length < 10) return undefined;
			size = { w: 1 + head.readUIntLE(12, 3), h: 1 + head.readUIntLE(15, 3) };
			flags = Buffer.from(await source.at(position, 8 + length));
			kept.push({ bytes: flags });
		} else if (KEPT.has(type)) {
			size ??= await sizeOfFrame(source, type, position + 8);
			keep(kept, position, Math.min(end, last));
		}
		position = end;
	}
	if (!size) return undefined;
	if (flags) flags[8] = (flags[8] ?? 0) & ~(HAS_EXIF | HAS_XMP);
	if (flags && orientation !== 1) {
		flags[8] = (flags[8] ?? 0) | HAS_EXIF;
		const tiff = tiffOf(orientation);
		const head = Buffer.alloc(8);
		head.write('EXIF', 'latin1');
		head.writeUInt32LE(tiff.length, 4);
		kept.push({ bytes: Buffer.concat([head, tiff]) });
	}
	const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
	head.writeUInt32LE(4 + sizeOfPieces(kept), 4);
	return { ...turned(size.w, size.h, flags ? orientation : 1), pieces: [{ bytes: head }, ...kept] };
}

async function sizeOfFrame(
	source: ByteSource,
	type: string,
	at: number
): Promise<{ w: number; h: number } | undefined> {
	const data = await source.at(at, 10);
	if (data.length < 10) return undefined;
	if (type === 'VP8 ') {
		if (data.readUIntBE(3, 3) !== 0x9d012a) return undefined;
		return { w: data.readUInt16LE(6) & 0x3fff, h: data.readUInt16LE(8) & 0x3fff };
	}
	if (type !== 'VP8L' || data[0] !== 0x2f) return undefined;
	const bits = data.readUInt32LE(1);
	return { w: 1 + (bits & 0x3fff), h: 1 + ((bits >>> 14) & 0x3fff) };
}
