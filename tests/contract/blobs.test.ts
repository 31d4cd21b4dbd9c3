import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import S3rver from '@20minutes/s3rver';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { diskBlobs } from '../../src/blobs/disk.ts';
import { s3Blobs } from '../../src/blobs/s3/s3.ts';
import { blobsContract } from './blobs.contract.ts';

const scratch = mkdtempSync(join(tmpdir(), 'parley-blobs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('on a disk', () => {
	const folder = join(scratch, 'data', 'files');
	blobsContract(() => Promise.resolve(diskBlobs(folder)), { takesFiles: true });

	test('nobody else on the machine can read them', () => {
		const modeOf = (path: string) => statSync(path).mode & 0o777;
		expect(modeOf(folder)).toBe(0o700);
		const [sub = ''] = readdirSync(folder);
		const [key = ''] = readdirSync(join(folder, sub));
		expect(modeOf(join(folder, sub))).toBe(0o700);
		expect(modeOf(join(folder, sub, key))).toBe(0o600);
	});

	test('a place that cannot be used says so', async () => {
		const blobs = diskBlobs('/dev/null/files');
		const bytes = (async function* () {
			yield await Promise.resolve(Buffer.from('x'));
		})();
		await expect(blobs.put('a'.repeat(16), bytes, 1)).rejects.toThrow('The folder of the files cannot be used');
	});
});

describe('in a bucket', () => {
	const bucket = { bucket: 'files', key: 'S3RVER', secret: 'S3RVER' };
	let proxied: { url: string; next: Trouble[]; close: () => Promise<void> };
	let server: InstanceType<typeof S3rver>;
	beforeAll(async () => {
		const directory = join(scratch, 's3');
		server = new S3rver({
			port: 0,
			address: '127.0.0.1',
			directory,
			silent: true,
			configureBuckets: [{ name: 'files', configs: [] }]
		});
		const { port } = await server.run();
		proxied = await troubleInFrontOf(port);
	});
	afterAll(async () => {
		await proxied.close();
		await server.close();
	});
	const open = () => Promise.resolve(s3Blobs({ ...bucket, endpoint: proxied.url }));

	blobsContract(open, { large: 11_000_000 });

	test('a cut line and an answer of 503 are tried again, and the bytes are the same', async () => {
		const blobs = await open();
		const bytes = Buffer.alloc(6_000_000, 'soup');
		proxied.next.push('cut', '503', 'pass', 'cut', 'pass', '503');
		await blobs.put('b'.repeat(16), Readable.from([bytes]), bytes.length);
		proxied.next.push('503', 'cut');
		const stream = await blobs.get('b'.repeat(16));
		expect(stream && (await buffer(stream)).equals(bytes)).toBe(true);
		expect(proxied.next).toEqual([]);
	});

	test('a wrong secret is refused in a sentence that does not tell it', async () => {
		const blobs = s3Blobs({ ...bucket, secret: 'hunter2', endpoint: proxied.url });
		const reason = await blobs.put('c'.repeat(16), Readable.from([Buffer.from('x')]), 1).catch((error: Error) => error);
		expect(reason).toMatchObject({ name: 'BlobsUnavailable' });
		expect(String(reason)).toContain('403');
		expect(String(reason)).not.toContain('hunter2');
	});
});

type Trouble = 'pass' | 'cut' | '503';

/** Passes requests on; the next ones as told. */
async function troubleInFrontOf(port: number) {
	const next: Trouble[] = [];
	const proxy = http.createServer((req, res) => {
		const trouble = next.shift() ?? 'pass';
		if (trouble === 'cut') return void req.socket.destroy();
		if (trouble === '503') return void req.resume().on('end', () => res.writeHead(503).end('<Error>SlowDown</Error>'));
		const on = http.request(
			{ port, host: '127.0.0.1', method: req.method, path: req.url, headers: req.headers },
			(answer) => {
				res.writeHead(answer.statusCode ?? 500, answer.headers);
				answer.pipe(res);
			}
		);
		on.on('error', () => res.destroy());
		req.pipe(on);
	});
	await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
	const close = () =>
		new Promise<void>((closed) => {
			proxy.close(() => closed());
			proxy.closeAllConnections();
		});
	return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, next, close };
}
