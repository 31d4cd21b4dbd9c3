import type { Holder, Hpkv } from '../../../hpkv/port.ts';
import { LISTED_ROOMS } from '../../chat/limits.ts';
import { keys } from '../../chat/storage/keys.ts';

/** As many as a page lists. A hosted token holds 200 keys. */
export const WATCHED_ROOMS = LISTED_ROOMS;

export interface HeardRoom {
	id: string;
	epoch?: string;
}

/**
 * Expires after two hours. `^$` matches no key. @param inside the room whose presence and typing the token also receives
 * Rooms cost a send nothing: with 1,000 in place of 10, time to the reader and server CPU were × 0.97.
 */
export function watchToken(
	store: Hpkv,
	{ person, holders }: { person: string; holders: Holder[] },
	rooms: readonly HeardRoom[],
	inside?: HeardRoom
): Promise<string> {
	const company = inside ? [keys.liveHere(inside.id, inside.epoch), keys.liveTyping(inside.id, inside.epoch)] : [];
	const lists = [keys.liveRooms, keys.liveReads(person), keys.liveList(person)];
	const subscribeKeys = [...lists, ...company, ...rooms.map(({ id, epoch }) => keys.live(id, epoch))];
	return store.token({ subscribeKeys, accessPattern: '^$', holders });
}
