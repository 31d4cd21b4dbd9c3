import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from '../storage/claims.ts';

/**
 * Uses up a secret, by its digest. Decided by a claim: two processes at once are one use.
 * @param by names the form: posted again after a lost answer, the same form is the same use
 */
export async function useOnce(store: Hpkv, secretDigest: string, by: string): Promise<boolean> {
	const winner = (await claim(store, keys.used(secretDigest), { by })) as { by?: unknown };
	return winner.by === by;
}
