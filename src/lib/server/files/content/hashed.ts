import { createHash } from 'node:crypto';
import type { Blobs } from '../../../../blobs/port.ts';

/** Passes `bytes` on; `digest` gives their SHA-256 once they have passed. */
export function hashed(bytes: AsyncIterable<Uint8Array>): { passed: AsyncIterable<Uint8Array>; digest: () => string } {
	const hash = createHash('sha256');
	async function* pass() {
		for await (const chunk of bytes) {
			hash.update(chunk);
			yield chunk;
		}
	}
	return { passed: pass(), digest: () => hash.digest('hex') };
}

/** Undefined where there is no such blob. */
export async function digestOf(blobs: Blobs, { blob }: { blob: string }): Promise<string | undefined> {
	const bytes = await blobs.get(blob);
	if (!bytes) return undefined;
	const { passed, digest } = hashed(bytes as AsyncIterable<Uint8Array>);
	for await (const _ of passed);
	return digest();
}
