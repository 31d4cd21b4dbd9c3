/** A file of a message, for who may read that message now. Rights are asked for at each request, and again while a long one runs. */
import { Readable } from 'node:stream';
import type { Blobs, ByteRange } from '../../../../blobs/port.ts';
import type { Hpkv } from '../../../../hpkv/port.ts';
import { RIGHTS_OF_DOWNLOAD_MS } from '../../../chat/limits.ts';
import { StoredMessage } from '../../../chat/messages/message.ts';
import { keys } from '../../../chat/storage/keys.ts';
import { isDeleted } from '../../messages/annotations.ts';
import { readInRoom } from '../../rooms/access.ts';
import { parsed } from '../../storage/parse-json.ts';
import { FILE_ID, readFileRecord, type FileRecord } from '../file-records.ts';
import { readThumbnail, type Thumbnail } from '../thumbnails/thumbnail-record.ts';

type Asking = Parameters<typeof readInRoom>[1];

export interface FileAddress {
	slug: string;
	n: string;
	id: string;
}

/** Undefined also for a file that there never was: nobody learns which there are. */
export const findFile = async (store: Hpkv, visitor: Asking, address: FileAddress): Promise<FileRecord | undefined> =>
	(await find(store, visitor, address, () => Promise.resolve(undefined)))?.record;

/** The file with what is known of its thumbnail. */
export async function findPicture(
	store: Hpkv,
	visitor: Asking,
	address: FileAddress
): Promise<{ record: FileRecord; thumbnail: Thumbnail | undefined } | undefined> {
	const found = await find(store, visitor, address, () => readThumbnail(store, address.id));
	return found && { record: found.record, thumbnail: found.more };
}

async function find<T>(
	store: Hpkv,
	visitor: Asking,
	address: FileAddress,
	readMore: () => Promise<T>
): Promise<{ record: FileRecord; more: T } | undefined> {
	const n = /^[1-9]\d{0,11}$/.test(address.n) ? Number(address.n) : 0;
	if (n === 0 || !FILE_ID.test(address.id)) return undefined;
	const found = await readInRoom(store, visitor, address.slug, async (room, from) => {
		if (n < from) return undefined;
		const [text, record, deleted, more] = await Promise.all([
			store.get(keys.message(room.id, n)),
			readFileRecord(store, address.id),
			isDeleted(store, room.id, n),
			readMore()
		]);
		const message = parsed(StoredMessage, text);
		const isIn = message && 'id' in message && message.files?.some(({ id }) => id === address.id);
		return isIn && !deleted && record ? { record, more } : undefined;
	});
	return found.ok ? found.data : undefined;
}

/** For bytes that are open already: an answer that is dropped closes them. */
export const asStream = (bytes: Readable) =>
	Readable.toWeb(bytes, { strategy: { highWaterMark: 0 } }) as ReadableStream<Uint8Array>;

/**
 * The bytes as a stream that opens and reads only what is taken: an answer that is dropped holds nothing. It breaks off when
 * `mayGoOn` says so.
 * @param mayGoOn asked every few seconds, not before the first bytes
 */
export function openBytes(
	blobs: Blobs,
	key: string,
	range: ByteRange | undefined,
	mayGoOn: () => Promise<boolean>
): ReadableStream<Uint8Array> {
	let bytes: Readable | undefined;
	let chunks: AsyncIterator<Buffer, undefined> | undefined;
	let isDropped = false;
	let askedAt = performance.now();
	return new ReadableStream(
		{
			async pull(controller) {
				if (!chunks) {
					bytes = await blobs.get(key, range);
					// Nobody would read it to its end.
					if (isDropped) return void bytes?.destroy();
					if (!bytes) return controller.error(new Error(`The bytes of ${key} are gone`));
					chunks = bytes[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
				}
				if (performance.now() - askedAt > RIGHTS_OF_DOWNLOAD_MS) {
					if (!(await mayGoOn())) {
						bytes?.destroy();
						return controller.error(new Error('The rights to read the file have ended'));
					}
					askedAt = performance.now();
				}
				const { done, value } = await chunks.next();
				if (done) controller.close();
				else controller.enqueue(value);
			},
			cancel() {
				isDropped = true;
				bytes?.destroy();
			}
		},
		{ highWaterMark: 0 }
	);
}
