import type { UploadRefusal } from '../../chat/text/file-texts.ts';

/** A chosen file. */
export interface TrayFile {
	key: string;
	name: string;
	size: number;
	blob?: Blob;
	/** `paused`: goes on by itself. */
	state: 'waiting' | 'sending' | 'paused' | 'failed' | 'done';
	/** Bytes. */
	sent: number;
	/** Why it was refused, or what it waits for. */
	sentence: string;
	/** Why it was refused. */
	because: UploadRefusal | undefined;
	alt: string;
	/** Once it is uploaded. */
	file?: { type: string; w?: number; h?: number };
}

/** By its bytes, and by its name until they are known. */
export const typeOf = ({ file, blob }: TrayFile) => file?.type || (blob?.type ?? '');
