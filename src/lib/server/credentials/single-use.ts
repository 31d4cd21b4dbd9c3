import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from '../storage/claims.ts';

/** The same form posted within this many milliseconds is the same use: its first answer may have been lost. */
const REPEATS = 10 * 60_000;

const Use = z.object({ by: z.string(), at: z.number() });

/** Uses up a secret, by its digest. Decided by a claim: two processes at once are one use. @param by names the form */
export async function useOnce(store: Hpkv, secretDigest: string, by: string, now: number): Promise<boolean> {
	const use = Use.safeParse(await claim(store, keys.used(secretDigest), { by, at: now })).data;
	return use?.by === by && now - use.at <= REPEATS;
}
