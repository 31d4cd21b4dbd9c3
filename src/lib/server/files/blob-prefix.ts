/**
 * Keys of blobs begin with a name of their store: several may share a bucket, and the sweep of one must leave the others'
 * alone. A restored or copied store has the instance of the one before, which may go on with the same bucket: it gets a new name.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { randomId } from '../storage/ids.ts';
import { readInstance } from '../storage/instance.ts';

const LENGTH = 8;

export const readBlobPrefix = async (store: Hpkv): Promise<string> =>
	(await store.get(keys.blobPrefix)) ?? (await readInstance(store));

/** A process that runs uses it from its next upload on. */
export const renewBlobPrefix = (store: Hpkv): Promise<void> => store.set(keys.blobPrefix, randomId().slice(0, LENGTH));
