import { isHttpError } from '@sveltejs/kit';
import { roomsFor } from '$lib/server/views/directory.ts';
import type { RoomsNow } from '$lib/server/views/room-list.ts';
import { WATCHED_ROOMS } from '$lib/server/rooms/subscribe-token.ts';
import type { LayoutServerLoad } from './$types';

/** The latest rooms, beside the one that is open. Loaded once: going from room to room keeps it, and it keeps itself true. */
export const load: LayoutServerLoad = async ({ locals }) => ({ list: await latestRooms(locals) });

/** A room's page is shown even when the store cannot say what there is besides. */
async function latestRooms({ visitor }: App.Locals): Promise<RoomsNow> {
	try {
		return await roomsFor(visitor, WATCHED_ROOMS);
	} catch (reason) {
		if (isHttpError(reason, 503)) return { rooms: [], now: Date.now() };
		throw reason;
	}
}
