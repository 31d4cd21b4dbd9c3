/** Pictures made smaller. Decoders of pictures are where attacks begin: they run in a process of their own, and only there. */

export interface PictureBox {
	/** In pixels; nothing is enlarged. */
	width: number;
	height: number;
	/** `cover`: of the shape of the box, the rest cut off at the sides. */
	fit: 'inside' | 'cover';
}

/** Bytes that are read when their turn has come, so that waiting pictures take no memory. */
export interface PictureSource {
	size: number;
	/** Undefined if the bytes are gone. */
	open: () => Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface Pictures {
	readonly available: boolean;
	/** @returns upright WebP of the first frame, without metadata; undefined if it cannot be made. @throws {PicturesBusy} */
	webp(bytes: Uint8Array | PictureSource, box: PictureBox): Promise<Uint8Array | undefined>;
}

/** Nothing is known of the picture: it can be tried again. */
export class PicturesBusy extends Error {
	override readonly name = 'PicturesBusy';
}
