import { error, isHttpError, redirect } from '@sveltejs/kit';
import { dayOf } from '$lib/chat/draft.ts';
import { readPage, type Page, type Place } from '$lib/server/history.ts';
import { randomId } from '$lib/server/ids.ts';
import { findRoom, isArchived } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { roomAddress } from '../../address.ts';

/** What both pages of a room show: its newest messages, and those around one. */
export interface RoomData {
	slug: string;
	/** Without it, the store is away. */
	room?: { id: string; name: string; archived: boolean };
	page: Page;
	marked?: number;
	now: number;
	/** Made here, so that a form posted twice is one send even without a script. */
	ids: { sendId: string; day: string; joinId: string };
}

const NOTHING: Page = { messages: [], cursor: { message: 0, holes: [], change: 0 } };

export async function loadRoom(slug: string, place: Place, locals: App.Locals): Promise<RoomData> {
	const now = Date.now();
	const ids = { sendId: randomId(), day: dayOf(now), joinId: randomId() };
	// Asked for now, waited for by the layout: the lookup goes beside those of the room.
	locals.visitor.session().catch(() => undefined);
	try {
		const room = await findRoom(store, slug);
		if (!room) error(404, 'There is no room of that name.');
		if (room.slug !== slug) redirect(308, roomAddress(room.slug));
		const [page, archived] = await Promise.all([readPage(store, room.id, place, now), isArchived(store, room.id)]);
		return { slug, room: { id: room.id, name: room.name, archived }, page, now, ids };
	} catch (reason) {
		if (!isHttpError(reason, 503)) throw reason;
		locals.storeAway = true;
		return { slug, page: NOTHING, now, ids };
	}
}
