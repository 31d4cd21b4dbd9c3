/** The one thing that is kept of Exif: how a picture is turned. */

/** 1 (upright) to 8. @param tiff the Exif data from its byte order mark on */
export function orientationIn(tiff: Buffer): number {
	const order = tiff.toString('latin1', 0, 2);
	if (tiff.length < 14 || (order !== 'II' && order !== 'MM')) return 1;
	const u16 = (at: number) =>
		at + 2 > tiff.length ? 0 : order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at);
	const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
	const count = Math.min(u16(directory), 512);
	for (let entry = directory + 2; entry < directory + 2 + 12 * count; entry += 12) {
		if (u16(entry) !== ORIENTATION) continue;
		const value = u16(entry + 8);
		return value >= 1 && value <= 8 ? value : 1;
	}
	return 1;
}

const ORIENTATION = 0x0112;

/** Exif data with the orientation alone. */
export function tiffOf(orientation: number): Buffer {
	const tiff = Buffer.alloc(26);
	tiff.write('MM\0*', 0, 'latin1');
	tiff.writeUInt32BE(8, 4);
	tiff.writeUInt16BE(1, 8);
	tiff.writeUInt16BE(ORIENTATION, 10);
	tiff.writeUInt16BE(3, 12); // a short
	tiff.writeUInt32BE(1, 14);
	tiff.writeUInt16BE(orientation, 18);
	return tiff;
}

/** Width and height as shown. */
export const turned = (w: number, h: number, orientation: number) => (orientation >= 5 ? { w: h, h: w } : { w, h });
