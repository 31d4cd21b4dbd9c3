import { z } from 'zod';
import { OPEN } from '../../chat/place/place.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim, winner } from '../storage/claims.ts';

const Origin = z.object({ origin: z.enum(['new', 'older']) });

/**
 * Decides once whether the store was new or already had people, whichever process comes first. An older store had no
 * settings: everybody could read and join, and can until somebody changes that.
 */
export async function claimOrigin(store: Hpkv): Promise<'new' | 'older'> {
	const decided = await readOrigin(store);
	if (decided) return decided;
	const { start, end } = keys.names;
	const { records } = await store.range(start, end, 1);
	const origin = records.length > 0 ? 'older' : 'new';
	// Before the claim: a crash between the two must not close the place to its people.
	if (origin === 'older' && (await store.get(keys.settings)) === undefined) {
		await store.patch(keys.settings, JSON.stringify(OPEN));
	}
	return Origin.safeParse(await claim(store, keys.origin, { origin })).data?.origin ?? 'new';
}

/** Undefined before the first start of this version. */
export const readOrigin = async (store: Hpkv): Promise<'new' | 'older' | undefined> =>
	Origin.safeParse(await winner(store, keys.origin)).data?.origin;
