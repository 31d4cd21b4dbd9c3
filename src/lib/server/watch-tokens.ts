import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { keys } from '../chat/keys.ts';

/** The most rooms that one token hears. */
export const WATCHED_ROOMS = 50;

/**
 * A token that hears these rooms and the list, and can do nothing: `^$` fits no key, since no key is empty. Anybody who
 * may read the rooms may have it; it ends after two hours.
 */
export function watchToken(store: Hpkv, rooms: readonly string[]): Promise<string> {
	const subscribeKeys = [keys.liveRooms, ...rooms.slice(0, WATCHED_ROOMS).map((room) => keys.live(room))];
	return store.token({ subscribeKeys, accessPattern: '^$' });
}
