import { join } from 'node:path';
import { openEmbedded } from '../../../hpkv/embedded/open.server.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { copyStore, faultOf } from '../../../hpkv/process/copy-store.ts';

/** Records of an earlier version may be larger than what this process writes. */
const MOST_VALUE_BYTES = 1_048_576;

/** @returns the new directory in `folder`. Rejects with a sentence if the copy is not the same as the store */
export async function makeSnapshot(
	store: Hpkv,
	{ folder, format, now }: { folder: string; format: number; now: Date }
): Promise<string> {
	const dataDir = join(folder, `format-${format}-${now.toISOString().slice(0, 19).replaceAll(':', '-')}`);
	const target = await openEmbedded({
		dataDir,
		maxValueBytes: MOST_VALUE_BYTES,
		...{ prefix: '', allowedOrigin: () => false, serveApiKeys: false }
	});
	try {
		const fault = faultOf(await copyStore(store, target.client, { replace: true }));
		if (fault) throw new Error(fault);
	} finally {
		await target.close();
	}
	return dataDir;
}
