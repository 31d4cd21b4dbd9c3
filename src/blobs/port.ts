/** Where the bytes of files are. What is known of a file is a record of HPKV; its bytes never are. */
import type { Readable } from 'node:stream';

/** Both inclusive, as in HTTP. */
export interface ByteRange {
	first: number;
	last: number;
}

export interface StoredBlob {
	key: string;
	size: number;
	/** Milliseconds since 1970. */
	modifiedAt: number;
}

/** Keys are random: 16 to 64 letters and digits, {@link isBlobKey}. */
export interface Blobs {
	/** Whether other stores may keep their blobs here as well. */
	readonly isShared: boolean;
	/**
	 * Resolves when the bytes survive a power cut. Rejects, and keeps nothing, if `bytes` fail or are not `size` long.
	 * @param bytes a chunk may be overwritten once the next is asked for
	 */
	put(key: string, bytes: AsyncIterable<Uint8Array>, size: number): Promise<void>;
	/**
	 * As `put`, of a file that nobody changes any more; it may be removed afterwards. Resolves to false where this file cannot be taken,
	 * and is absent where none can: then its bytes have to be put.
	 */
	putFile?(key: string, path: string, size: number): Promise<boolean>;
	/** Undefined if there is no such blob. The range must lie within it. */
	get(key: string, range?: ByteRange): Promise<Readable | undefined>;
	/** Also for a key that is absent. */
	delete(key: string): Promise<void>;
	list(): AsyncIterable<StoredBlob>;
}

/** The bytes cannot be stored or read now; `message` says why, for the log. */
export class BlobsUnavailable extends Error {
	override readonly name = 'BlobsUnavailable';

	get isFull(): boolean {
		const { code } = (this.cause ?? {}) as NodeJS.ErrnoException;
		return code === 'ENOSPC' || code === 'EDQUOT';
	}
}

export const isBlobKey = (key: string) => /^[a-z0-9]{16,64}$/.test(key);

export function assertBlobKey(key: string): void {
	if (!isBlobKey(key)) throw new Error(`${JSON.stringify(key.slice(0, 80))} is no key of a blob`);
}

/** Passes `bytes` on; rejects where they are not `size` long. */
export async function* exactly(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
	let passed = 0;
	for await (const chunk of bytes) {
		passed += chunk.length;
		if (passed > size) break;
		yield chunk;
	}
	if (passed !== size)
		throw new Error(`The blob should have ${size} bytes, and has ${passed > size ? 'more' : passed}`);
}
