import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claim } from './claims.ts';
import { randomId } from './ids.ts';

const LENGTH = 8;

/** Claimed once, the same for all processes of one store. */
export async function readInstance(store: Hpkv): Promise<string> {
	const { instance } = (await claim(store, keys.instance, { instance: randomId().slice(0, LENGTH) })) as {
		instance: string;
	};
	return instance;
}
