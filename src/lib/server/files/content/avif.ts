import { MAX_HEADER_BYTES } from '../../../chat/limits.ts';
import type { ByteSource } from './byte-source.ts';

const CONTAINERS = new Set(['meta', 'iprp', 'ipco']);

/** The largest `ispe` (size of an image) in `meta/iprp/ipco`, turned by `irot`; tiles of a grid are smaller than it. */
export async function readAvif(source: ByteSource): Promise<{ w: number; h: number } | undefined> {
	let largest: { w: number; h: number } | undefined;
	let isTurned = false;
	const walk = async (from: number, to: number, depth: number): Promise<void> => {
		for (let at = from, boxes = 0; at + 8 <= to && boxes < 256; boxes++) {
			const head = await source.at(at, 20);
			if (head.length < 8) return;
			const [size, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
			const end = size === 0 ? to : at + size;
			if (end < at + 8 || end > to) return;
			if (type === 'ispe' && head.length === 20) {
				const [w, h] = [head.readUInt32BE(12), head.readUInt32BE(16)];
				if (!largest || w * h > largest.w * largest.h) largest = { w, h };
			}
			if (type === 'irot' && ((head[8] ?? 0) & 1) === 1) isTurned = true;
			// `meta` has a version and flags.
			if (CONTAINERS.has(type) && depth < 4) await walk(at + (type === 'meta' ? 12 : 8), end, depth + 1);
			at = end;
		}
	};
	await walk(0, Math.min(source.size, MAX_HEADER_BYTES), 0);
	if (!largest || largest.w === 0 || largest.h === 0) return undefined;
	return isTurned ? { w: largest.h, h: largest.w } : largest;
}
