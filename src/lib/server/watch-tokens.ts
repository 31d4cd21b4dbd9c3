import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { keys } from '../chat/keys.ts';

/** The latest rooms that a list beside a room shows, and that one token hears besides the room itself. */
export const WATCHED_ROOMS = 50;

/**
 * A token that hears these rooms, the list, and how far its person has read elsewhere, and can do nothing: `^$` fits no
 * key, since no key is empty. It ends after two hours.
 * @param inside the room in which it also hears who is there and who writes
 */
export function watchToken(store: Hpkv, person: string, rooms: readonly string[], inside?: string): Promise<string> {
	const company = inside ? [keys.liveHere(inside), keys.liveTyping(inside)] : [];
	const subscribeKeys = [keys.liveRooms, keys.liveReads(person), ...company, ...rooms.map((room) => keys.live(room))];
	return store.token({ subscribeKeys, accessPattern: '^$' });
}
