import { isHttpError } from '@sveltejs/kit';
import type { RoomsNow } from '$lib/server/views/room-list.ts';
import { WATCHED_ROOMS } from '$lib/server/rooms/subscribe-token.ts';
import { roomLists } from '$lib/server/services.ts';
import type { LayoutServerLoad } from './$types';

/** The room list beside the open room. Loaded once: live events keep the list up to date. */
export const load: LayoutServerLoad = async ({ locals }) => ({ list: await latestRooms(locals) });

/** Empty where the store is away: a room's page is shown all the same. */
async function latestRooms({ visitor }: App.Locals): Promise<RoomsNow> {
	try {
		return await roomLists.recent(visitor, WATCHED_ROOMS);
	} catch (reason) {
		if (isHttpError(reason, 503)) return { rooms: [], now: Date.now() };
		throw reason;
	}
}
