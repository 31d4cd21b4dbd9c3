import type { RoomsNow } from '$lib/server/views/room-list.ts';
import { WATCHED_ROOMS } from '$lib/server/rooms/subscribe-token.ts';
import { unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { roomLists } from '$lib/server/services.ts';
import type { LayoutServerLoad } from './$types';

/** The room list beside the open room. Loaded once: live events keep the list up to date. */
export const load: LayoutServerLoad = async ({ locals: { visitor } }) => {
	// Empty where the store is away: a room's page is shown all the same.
	const none = (): RoomsNow => ({ rooms: [], now: Date.now() });
	return { list: await unlessStoreAway(() => roomLists.recent(visitor, WATCHED_ROOMS), none) };
};
