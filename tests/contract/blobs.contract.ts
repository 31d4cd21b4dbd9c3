/** What every place for blobs must do. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { isBlobKey, type Blobs } from '../../src/blobs/port.ts';

let count = 0;
const freshKey = () => `blob${String(++count).padStart(16, '0')}`;

async function* parts(bytes: Buffer, size = 65_536): AsyncGenerator<Buffer> {
	for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function* broken(bytes: Buffer): AsyncGenerator<Buffer> {
	yield* parts(bytes.subarray(0, bytes.length / 2));
	throw new Error('The line is cut');
}

async function bytesOf(
	blobs: Blobs,
	key: string,
	range?: { first: number; last: number }
): Promise<Buffer | undefined> {
	const stream = await blobs.get(key, range);
	return stream && buffer(stream);
}

const keysOf = async (blobs: Blobs) => (await Array.fromAsync(blobs.list())).map(({ key }) => key);

/** `large`: more bytes than the place sends in one piece. `takesFiles`: the place has `putFile`. */
export function blobsContract(open: () => Promise<Blobs>, { large = 300_000, takesFiles = false } = {}): void {
	test.each([1, 65_536, large])('%i bytes are read as they were stored, whole and in ranges', async (size) => {
		const blobs = await open();
		const [key, bytes] = [freshKey(), randomBytes(size)];
		expect(isBlobKey(key)).toBe(true);
		await blobs.put(key, parts(bytes), size);
		expect((await bytesOf(blobs, key))?.equals(bytes)).toBe(true);
		const begin = Math.min(1, size - 1);
		expect((await bytesOf(blobs, key, { first: 0, last: begin }))?.equals(bytes.subarray(0, begin + 1))).toBe(true);
		const [first, last] = [Math.floor(size / 3), size - 1];
		expect((await bytesOf(blobs, key, { first, last }))?.equals(bytes.subarray(first))).toBe(true);
		const listed = (await Array.fromAsync(blobs.list())).find((each) => each.key === key);
		expect(listed).toMatchObject({ key, size });
		expect(Math.abs((listed?.modifiedAt ?? 0) - Date.now())).toBeLessThan(60_000);
	});

	test('a deleted blob is gone, and deleting it again does nothing', async () => {
		const blobs = await open();
		const key = freshKey();
		await blobs.put(key, parts(Buffer.from('soup')), 4);
		await blobs.delete(key);
		await blobs.delete(key);
		expect(await blobs.get(key)).toBeUndefined();
		expect(await keysOf(blobs)).not.toContain(key);
	});

	test('bytes that break off, or are more or fewer than announced, leave nothing', async () => {
		const blobs = await open();
		const bytes = randomBytes(large);
		for (const [stream, size] of [
			[broken(bytes), large],
			[parts(bytes), large - 1],
			[parts(bytes), large + 1]
		] as const) {
			const key = freshKey();
			await expect(blobs.put(key, stream, size)).rejects.toThrow();
			expect(await blobs.get(key)).toBeUndefined();
			expect(await keysOf(blobs)).not.toContain(key);
		}
	});

	test('a blob that is put again is replaced', async () => {
		const blobs = await open();
		const key = freshKey();
		for (const text of ['soup', 'bread']) await blobs.put(key, parts(Buffer.from(text)), text.length);
		expect(String(await bytesOf(blobs, key))).toBe('bread');
	});

	test('there is nothing outside of its place', async () => {
		const blobs = await open();
		for (const key of ['../../../../etc/passwd', 'a/b', '', '.part', 'UPPERCASEUPPERCASE']) {
			await expect(blobs.get(key)).rejects.toThrow('is no key of a blob');
			await expect(blobs.put(key, parts(Buffer.from('x')), 1)).rejects.toThrow('is no key of a blob');
			await expect(blobs.delete(key)).rejects.toThrow('is no key of a blob');
		}
	});

	if (!takesFiles) return;

	test('a file is taken as it is, and stays when the file is removed', async () => {
		const blobs = await open();
		const folder = mkdtempSync(join(tmpdir(), 'parley-blob-'));
		const path = join(folder, 'soup');
		writeFileSync(path, 'soup');
		const [key, short] = [freshKey(), freshKey()];
		await expect(blobs.putFile?.(short, path, 5)).rejects.toThrow('should have 5 bytes');
		expect(await blobs.putFile?.(key, path, 4)).toBe(true);
		rmSync(folder, { recursive: true });
		expect(String(await bytesOf(blobs, key))).toBe('soup');
		expect(await blobs.get(short)).toBeUndefined();
	});
}
