/**
 * Which blob is a file's thumbnail. Several nodes may make one at once: the first token has won, and a node that has lost removes its
 * bytes. A thumbnail whose bytes are missing is made again, so that backups and copies leave them out.
 */
import { isBlobKey, type Blobs } from '../../../../blobs/port.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { tokensIn } from '../../../chat/storage/claim.ts';
import { idOf, keys } from '../../../chat/storage/keys.ts';
import { appendToken } from '../../storage/claims.ts';
import { readRange } from '../../storage/ranges.ts';
import type { UploadLimits } from '../upload-limits.ts';

/** `none`: the original is shown; it cannot be decoded, or is smaller. */
export type Thumbnail = { blob: string; size: number } | 'none';

const NONE = 'none';

export interface Claimed {
	/** Undefined where none was made yet. */
	winner?: Thumbnail;
	/** All blobs that were claimed to be it. */
	blobs: string[];
}

const tokenOf = (thumbnail: Thumbnail) => `;${thumbnail === NONE ? NONE : `${thumbnail.blob}.${thumbnail.size}`}`;

export function readClaimed(text: string | undefined): Claimed {
	const all = tokensIn(text).flatMap((token): Thumbnail[] => {
		if (token === NONE) return [NONE];
		const [blob = '', size = ''] = token.split('.');
		return isBlobKey(blob) && /^[1-9]\d{0,9}$/.test(size) ? [{ blob, size: Number(size) }] : [];
	});
	return { winner: all[0], blobs: all.flatMap((each) => (each === NONE ? [] : each.blob)) };
}

export const readThumbnail = async (store: Pick<Hpkv, 'get'>, file: string): Promise<Thumbnail | undefined> =>
	readClaimed(await store.get(keys.thumbnail(file))).winner;

/** @returns which has won */
export async function claimThumbnail(store: Hpkv, file: string, thumbnail: Thumbnail): Promise<Thumbnail | undefined> {
	await appendToken(store, keys.thumbnail(file), tokenOf(thumbnail));
	return readThumbnail(store, file);
}

/** By file. */
export async function readAllThumbnails(records: Pick<Hpkv, 'range'>): Promise<Map<string, Claimed>> {
	const all = await readRange(records as Hpkv, keys.thumbnails);
	return new Map(all.map(({ key, value }) => [idOf(key), readClaimed(value)]));
}

interface Erasing {
	store: Hpkv;
	blobs: Blobs;
	limits: Pick<UploadLimits, 'note'>;
}

/** Bytes first, as of the file itself. */
export async function eraseThumbnail({ store, blobs, limits }: Erasing, file: string): Promise<void> {
	const key = keys.thumbnail(file);
	const text = await store.get(key);
	if (text === undefined) return;
	const claimed = readClaimed(text);
	for (const blob of claimed.blobs) await blobs.delete(blob);
	const isDeleted = await store.delete(key);
	if (isDeleted && claimed.winner && claimed.winner !== NONE) limits.note(-claimed.winner.size);
}
