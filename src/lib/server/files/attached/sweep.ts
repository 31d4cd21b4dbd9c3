/**
 * Removes what is attached to nothing: uploads that no message took within a day, files whose send never came to its record
 * (after that send can be retried no longer), avatars that were replaced, thumbnails without a file, bytes without a record,
 * and old claims. It decides in the log in which a send decides (attach.ts). Several processes may sweep at once. Bytes without a record go a week after a sweep has first met them, and
 * only those of this store: a restored backup lacks records of later files, and several stores may share a bucket.
 */
import type { Hpkv } from '../../../../hpkv/port.ts';
import { STRAY_BLOB_KEPT_MS, UPLOAD_KEPT_MS } from '../../../chat/limits.ts';
import { dayOf, firstKeptDay } from '../../../chat/messages/draft.ts';
import { StoredMessage } from '../../../chat/messages/message.ts';
import { idOf, keys } from '../../../chat/storage/keys.ts';
import { appendToken } from '../../storage/claims.ts';
import { readInstance } from '../../storage/instance.ts';
import { parsed } from '../../storage/parse-json.ts';
import { readRange } from '../../storage/ranges.ts';
import { readFileUse, sweptToken, type FileUse } from '../attach.ts';
import { readBlobPrefix } from '../blob-prefix.ts';
import { FileRecord } from '../file-records.ts';
import { eraseThumbnail, readAllThumbnails } from '../thumbnails/thumbnail-record.ts';
import { readIsAvatar } from './avatars-in-use.ts';
import { eraseFile, type Erasing } from './erase.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Days after the last retry on which a file is looked up: a sweep may miss a day, and later ones are known to be in messages. */
const DAYS_CHECKED = 3;

/** @returns what was removed */
export async function sweepFiles(options: Erasing): Promise<{ files: number; blobs: number }> {
	const { store, blobs, clock } = options;
	const now = clock();
	// Listed first: bytes are stored before their record.
	const stored = await Array.fromAsync(blobs.list());
	// Before the files: a file has its record before its thumbnail.
	const thumbnails = await readAllThumbnails(store);
	const [records, uses] = await Promise.all([readRange(store, keys.files), readRange(store, keys.fileUses)]);
	const useOf = new Map(uses.map(({ key, value }) => [idOf(key), readFileUse(value)]));
	const isAvatar = [...useOf.values()].some(({ by }) => by === 'avatar') ? await readIsAvatar(store) : () => false;
	const known = new Set<string>();
	const swept = { files: 0, blobs: 0 };
	let isReadable = true;
	for (const { value } of records) {
		const record = parsed(FileRecord, value);
		if (!record) {
			isReadable = false;
			continue;
		}
		if (!(await isOrphan(store, record, useOf.get(record.id) ?? { by: 'nobody' }, { now, isAvatar }))) {
			known.add(record.blob);
			continue;
		}
		await eraseFile(options, record.id);
		swept.files += 1;
	}
	const ids = new Set(records.map(({ key }) => idOf(key)));
	for (const [id, { blobs }] of thumbnails) {
		if (ids.has(id)) for (const blob of blobs) known.add(blob);
		else await eraseThumbnail(options, id);
	}
	for (const [id, use] of useOf) if (!ids.has(id) && isOver(use, now)) await store.delete(keys.fileUse(id));
	// An unreadable record may name any of them.
	if (isReadable)
		swept.blobs = await sweepStrays(
			options,
			new Map(stored.flatMap(({ key, size }) => (known.has(key) ? [] : [[key, size]])))
		);
	const { start, end } = keys.uploadedBefore(dayOf(now - DAY_MS));
	for (const { key } of (await store.range(start, end, 1_000)).records) await store.delete(key);
	return swept;
}

/** @returns how many blobs it has removed */
async function sweepStrays(
	{ store, blobs, limits, clock }: Erasing,
	strays: ReadonlyMap<string, number>
): Promise<number> {
	const now = clock();
	const [instance, prefix] = await Promise.all([readInstance(store), readBlobPrefix(store)]);
	const isOwn = (key: string) => key.startsWith(prefix) || (!blobs.isShared && key.startsWith(instance));
	const metAt = new Map((await readRange(store, keys.strayBlobs)).map(({ key, value }) => [idOf(key), Number(value)]));
	for (const key of metAt.keys()) if (!strays.has(key)) await store.delete(keys.strayBlob(key));
	let swept = 0;
	for (const [key, size] of strays) {
		// Of another store, such as the one that this is a copy of.
		if (!isOwn(key)) continue;
		const met = metAt.get(key);
		if (met === undefined) await store.set(keys.strayBlob(key), String(now));
		else if (met < now - STRAY_BLOB_KEPT_MS) {
			await blobs.delete(key);
			limits.note(-size);
			await store.delete(keys.strayBlob(key));
			swept += 1;
		}
	}
	return swept;
}

interface Deciding {
	now: number;
	isAvatar: (file: string) => boolean;
}

async function isOrphan(store: Hpkv, record: FileRecord, use: FileUse, { now, isAvatar }: Deciding): Promise<boolean> {
	if (use.by === 'avatar') return record.uploadedAt < now - UPLOAD_KEPT_MS && !isAvatar(record.id);
	if (use.by === 'sweep') return true;
	if (use.by === 'nobody') {
		if (record.uploadedAt > now - UPLOAD_KEPT_MS) return false;
		await appendToken(store, keys.fileUse(record.id), sweptToken(now));
		return readFileUse(await store.get(keys.fileUse(record.id))).by === 'sweep';
	}
	// The task of a deletion removes the file of a message that was stored.
	const isSettled = use.day < firstKeptDay(now);
	if (!isSettled || use.day < firstKeptDay(now - DAYS_CHECKED * DAY_MS)) return false;
	const message = parsed(StoredMessage, await store.get(keys.message(use.room, use.n)));
	return !(message && 'id' in message && message.files?.some(({ id }) => id === record.id));
}

const isOver = (use: FileUse, now: number) =>
	((use.by === 'sweep' || use.by === 'avatar') && use.at < now - 10 * DAY_MS) ||
	(use.by === 'send' && use.day < firstKeptDay(now));
