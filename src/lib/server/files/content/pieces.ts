import { createReadStream } from 'node:fs';

/** A part of the uploaded file, or bytes in place of what was taken out. */
export type Piece = { from: number; to: number } | { bytes: Buffer };

/** What a parser has found out about a picture. */
export interface Picture {
	w: number;
	h: number;
	/** The file without its metadata; absent where it stays as it is. */
	pieces?: Piece[];
}

export const sizeOfPieces = (pieces: readonly Piece[]): number =>
	pieces.reduce((sum, piece) => sum + ('bytes' in piece ? piece.bytes.length : piece.to - piece.from), 0);

/** Adds `from` up to `to` (exclusive) of the file; adjoining parts are one. */
export function keep(pieces: Piece[], from: number, to: number): void {
	const last = pieces.at(-1);
	if (last && !('bytes' in last) && last.to === from) last.to = to;
	else if (to > from) pieces.push({ from, to });
}

export async function* readPieces(path: string, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
	for (const piece of pieces) {
		if ('bytes' in piece) yield piece.bytes;
		else yield* createReadStream(path, { start: piece.from, end: piece.to - 1 }) as AsyncIterable<Buffer>;
	}
}
