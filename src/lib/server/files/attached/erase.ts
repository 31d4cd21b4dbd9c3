import type { Blobs } from '../../../../blobs/port.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { isDeleted } from '../../messages/annotations.ts';
import type { Step } from '../../tasks/task-queue.ts';
import { Erasure } from '../erasure.ts';
import { readFileRecord } from '../file-records.ts';
import { eraseThumbnail } from '../thumbnails/thumbnail-record.ts';
import type { UploadLimits } from '../upload-limits.ts';

export interface Erasing {
	store: Hpkv;
	blobs: Blobs;
	limits: Pick<UploadLimits, 'note'>;
	clock: () => number;
}

/** A deletion that is not marked by then was not made. */
const MARK_WAIT_MS = 60_000;
const WAIT_AGAIN_MS = 500;

export const eraseFiles =
	({ store, blobs, limits, clock }: Erasing) =>
	async (body: unknown): Promise<Step> => {
		const erasure = Erasure.parse(body);
		const { room, n, files, queuedAt } = erasure;
		if (!(await isDeleted(store, room, n))) {
			return clock() < queuedAt + MARK_WAIT_MS ? { again: erasure, due: clock() + WAIT_AGAIN_MS } : 'done';
		}
		for (const id of files) await eraseFile({ store, blobs, limits }, id);
		return 'done';
	};

/**
 * Bytes first: a record without bytes is found again, and bytes without a record are found by the sweep alone. The thumbnail
 * last: a request that is making one looks for the file's record afterwards, and erases it itself.
 */
export async function eraseFile({ store, blobs, limits }: Omit<Erasing, 'clock'>, id: string): Promise<void> {
	const record = await readFileRecord(store, id);
	if (record) {
		await blobs.delete(record.blob);
		// Of two who erase it at once, one has deleted the record.
		if (await store.delete(keys.file(id))) limits.note(-record.size);
	}
	await eraseThumbnail({ store, blobs, limits }, id);
}
