import { open } from 'node:fs/promises';

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

/** All in one buffer, as the port of blobs allows: of large files, the garbage would be as much as the files. */
export async function* readPieces(path: string, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
	const file = await open(path, 'r');
	try {
		const buffer = Buffer.allocUnsafe(READ_AT_ONCE);
		for (const piece of pieces) {
			if ('bytes' in piece) yield piece.bytes;
			else {
				for (let at = piece.from; at < piece.to;) {
					const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, piece.to - at), at);
					if (bytesRead === 0) throw new Error(`${path} ends at ${at}, and not at ${piece.to}`);
					at += bytesRead;
					yield buffer.subarray(0, bytesRead);
				}
			}
		}
	} finally {
		await file.close();
	}
}

const READ_AT_ONCE = 131_072;
