import { join } from 'node:path';
import { diskBlobs } from '../blobs/disk.ts';
import type { Blobs } from '../blobs/port.ts';
import { s3Blobs } from '../blobs/s3/s3.ts';

type Environment = NodeJS.ProcessEnv;

/** Of a data directory, and of a backup. */
export const filesBelow = (folder: string): Blobs => diskBlobs(join(folder, 'files'));

/** The bucket that the environment names: S3_FROM_… or S3_TO_… where the two differ, else S3_…. */
export function bucketIn(env: Environment, side: 'FROM' | 'TO'): Blobs | undefined {
	const named = (name: string) => env[`S3_${side}_${name}`] || env[`S3_${name}`];
	const [endpoint, bucket, key, secret] = ['ENDPOINT', 'BUCKET', 'KEY', 'SECRET'].map(named);
	if (!endpoint || !bucket || !key || !secret) return undefined;
	return s3Blobs({ endpoint: endpoint.replace(/\/+$/, ''), bucket, key, secret });
}
