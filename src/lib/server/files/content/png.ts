import { crc32 } from 'node:zlib';
import { MAX_PICTURE_STEPS, MAX_PIECES } from '../../../chat/limits.ts';
import type { ByteSource } from './byte-source.ts';
import { orientationIn, tiffOf, turned } from './orientation.ts';
import { keep, type Picture, type Piece } from './pieces.ts';

/** Beside the critical chunks: what changes how the picture looks or moves. */
const KEPT = new Set('tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs hIST sPLT acTL fcTL fdAT'.split(' '));
const isCritical = (type: string) => /^[A-Z]/.test(type);

/** Size and pieces without text, time, Exif and what is behind the end. Undefined if it is no picture. */
export async function readPng(source: ByteSource): Promise<Picture | undefined> {
	const pieces: Piece[] = [];
	keep(pieces, 0, 8);
	let size: { w: number; h: number } | undefined;
	let orientation = 1;
	let headEnd = 0;
	for (let position = 8, steps = 0; position < source.size; steps++) {
		if (steps > MAX_PICTURE_STEPS) return undefined;
		const head = await source.at(position, 16);
		if (head.length < 12) return undefined;
		const [length, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
		const end = position + 12 + length;
		if (!/^[A-Za-z]{4}$/.test(type) || pieces.length > MAX_PIECES) return undefined;
		if (!size) {
			if (type !== 'IHDR' || length !== 13) return undefined;
			const data = await source.at(position + 8, 8);
			if (data.length < 8) return undefined;
			size = { w: data.readUInt32BE(0), h: data.readUInt32BE(4) };
			headEnd = end;
		}
		// A picture that was cut off keeps what there is of it.
		const kept = Math.min(end, source.size);
		if (isCritical(type) || KEPT.has(type)) keep(pieces, position, kept);
		if (type === 'eXIf') orientation = orientationIn(await source.at(position + 8, Math.min(length, 65_536)));
		if (type === 'IEND') break;
		position = end;
	}
	if (!size || size.w === 0 || size.h === 0 || size.w > 2 ** 31 || size.h > 2 ** 31) return undefined;
	return { ...turned(size.w, size.h, orientation), pieces: withOrientation(pieces, orientation, headEnd) };
}

function withOrientation(pieces: Piece[], orientation: number, headEnd: number): Piece[] {
	const [first, ...rest] = pieces;
	if (orientation === 1 || !first || 'bytes' in first) return pieces;
	const typed = Buffer.concat([Buffer.from('eXIf'), tiffOf(orientation)]);
	const chunk = Buffer.alloc(typed.length + 8);
	chunk.writeUInt32BE(typed.length - 4, 0);
	typed.copy(chunk, 4);
	chunk.writeUInt32BE(crc32(typed), typed.length + 4);
	const behind = first.to > headEnd ? [{ from: headEnd, to: first.to }] : [];
	return [{ from: 0, to: headEnd }, { bytes: chunk }, ...behind, ...rest];
}
