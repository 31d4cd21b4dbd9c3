import { error, isHttpError, redirect } from '@sveltejs/kit';
import { dayOf } from '$lib/chat/draft.ts';
import { quote } from '$lib/chat/quote.ts';
import { readPage, type Page, type Place } from '$lib/server/history.ts';
import { randomId } from '$lib/server/ids.ts';
import { bytesForText } from '$lib/server/posts.ts';
import { findRoom, isArchived } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { messageAddress, roomAddress } from '../../address.ts';

/** What both pages of a room show: its newest messages, and those around one. */
export interface RoomData {
	slug: string;
	/** Without it, the store is away. */
	room?: { id: string; name: string; archived: boolean };
	page: Page;
	marked?: number;
	/** What a reply begins with. */
	quote?: string;
	/** How many bytes the store has for the text of a message. */
	textBytes?: number;
	now: number;
	/** Made here, so that a form posted twice is one send even without a script. */
	ids: { sendId: string; day: string; joinId: string };
}

/** A page's script makes ids of its own. */
const LONGEST_ID = 'x'.repeat(40);

/** What a reply to a message begins with, if it is there to be answered. */
export async function loadQuote(slug: string, n: number, here: URL): Promise<string | undefined> {
	const room = await findRoom(store, slug);
	const page = room && (await readPage(store, room.id, { around: n }, Date.now()));
	const message = page?.messages.find((message) => message.n === n && !message.deleted);
	// Rendering, Kit writes addresses from where it is; a quote is read elsewhere.
	return message && quote(message, new URL(messageAddress(slug, n), here).pathname);
}

const NOTHING: Page = {
	messages: [],
	cursor: { message: 0, holes: [], change: 0 }
};

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
		const session = await locals.visitor.session();
		const textBytes =
			session &&
			bytesForText(store, {
				...session,
				room: room.id,
				sender: session.name,
				day: ids.day,
				sendId: LONGEST_ID
			});
		return {
			slug,
			room: { id: room.id, name: room.name, archived },
			page,
			now,
			ids,
			textBytes
		};
	} catch (reason) {
		if (!isHttpError(reason, 503)) throw reason;
		locals.storeAway = true;
		return { slug, page: NOTHING, now, ids };
	}
}
