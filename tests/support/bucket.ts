/** A bucket for the files of an app whose store is not its own, in this process, on 127.0.0.1. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';

export interface Bucket {
	/** The app's settings by which it finds the bucket. */
	env: Record<string, string>;
	remove: () => Promise<void>;
}

export async function openBucket(): Promise<Bucket> {
	const directory = mkdtempSync(join(tmpdir(), 'parley-bucket-'));
	const configureBuckets = [{ name: 'files', configs: [] }];
	const server = new S3rver({ port: 0, address: '127.0.0.1', directory, silent: true, configureBuckets });
	const { port } = await server.run();
	return {
		env: { S3_ENDPOINT: `http://127.0.0.1:${port}`, S3_BUCKET: 'files', S3_KEY: 'S3RVER', S3_SECRET: 'S3RVER' },
		remove: async () => {
			await server.close();
			rmSync(directory, { recursive: true, force: true });
		}
	};
}
