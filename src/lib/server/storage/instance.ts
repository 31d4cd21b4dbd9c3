import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from './claims.ts';
import { randomId } from './ids.ts';

/** Enough that two Parleys on one host do not have the same. */
const LENGTH = 8;

/** What tells this Parley from another on the same host: made once, the same for all processes of one store. */
export async function readInstance(store: Hpkv): Promise<string> {
	const { instance } = (await claim(store, keys.instance, { instance: randomId().slice(0, LENGTH) })) as {
		instance: string;
	};
	return instance;
}
