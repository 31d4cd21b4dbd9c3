import { diskBlobs } from './disk.ts';
import type { Blobs } from './port.ts';
import { s3Blobs, type S3Place } from './s3/s3.ts';

export interface BlobPlace {
	/** On this disk, where there is no bucket. */
	folder: string;
	s3: S3Place | undefined;
}

export const openBlobs = ({ folder, s3 }: BlobPlace): Blobs => (s3 ? s3Blobs(s3) : diskBlobs(folder));
