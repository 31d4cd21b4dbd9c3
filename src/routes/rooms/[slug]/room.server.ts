import { error, isHttpError, redirect } from '@sveltejs/kit';
import { dayOf } from '$lib/chat/messages/draft.ts';
import { replyTo, type Reply } from '$lib/chat/composer/quote.ts';
import type { Here } from '$lib/chat/people/presence.ts';
import { read, type Read } from '$lib/chat/markup/parse-messages.ts';
import type { RoomDetails } from '$lib/chat/rooms/room-details.ts';
import { readPage, type Page, type Place } from '$lib/server/history/history.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { bytesForText } from '$lib/server/messages/post-message.ts';
import { readByShowing } from '$lib/chat/reading/unread.ts';
import { openRoom } from '$lib/server/views/open-room.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { presence } from '$lib/server/presence/presence-service.ts';
import { store } from '$lib/server/storage/store.ts';
import { messageAddress, roomAddress } from '../../address.ts';

/** What both pages of a room show: its newest messages, and those around one. */
export interface RoomData {
	slug: string;
	/** Without it, the store is away. */
	room?: RoomDetails;
	/** Who is there; nothing, where that is switched off. */
	here?: Here;
	/** The room's own address, as people read it: to be sent to others. */
	address: string;
	page: Page;
	/** What its messages say, where that is more than their text: the browser need not read them again. */
	read: Read;
	/** Which page of the room it is. */
	place: Place;
	marked?: number;
	/** What the reply answers that the page was asked for with. */
	reply?: Reply;
	/** How many bytes the store has for the text of a message. */
	textBytes?: number;
	/** The last number that whoever asks has read, where they have been before. */
	readTo?: number;
	/** The first number that they had not read when they came: the line stands above it. */
	unreadFrom?: number;
	/** Shown without a script, the page is read up to this number. */
	shownTo?: number;
	now: number;
	/** Made here, so that a form posted twice is one send even without a script. */
	ids: { sendId: string; day: string; joinId: string };
}

/** A page's script makes ids of its own. */
const LONGEST_ID = 'x'.repeat(40);

/** What a reply to a message answers, if the message is there to be answered. */
export async function loadReply(
	{ url, locals }: Pick<Asked, 'url' | 'locals'>,
	slug: string,
	n: number
): Promise<Reply | undefined> {
	const found = await roomFor(store, locals.visitor, slug, 'read');
	const page = found.ok ? await readPage(store, found.room.id, { around: n }, Date.now()) : undefined;
	const message = page?.messages.find((message) => message.n === n && !message.deleted);
	// Rendering, Kit writes addresses from where it is; a quote is read elsewhere.
	return message && replyTo(message, new URL(messageAddress(slug, n), url).pathname);
}

const NOTHING: Page = {
	messages: [],
	cursor: { message: 0, holes: [], change: 0 }
};

interface Asked {
	params: { slug: string; n?: string };
	url: URL;
	request: Request;
	locals: App.Locals;
}

export async function loadRoom({ params, url, request, locals }: Asked, place: Place): Promise<RoomData> {
	const { slug, n } = params;
	const address = decodeURI(new URL(roomAddress(slug), url).href);
	const now = Date.now();
	const ids = { sendId: randomId(), day: dayOf(now), joinId: randomId() };
	const { visitor } = locals;
	// Asked for now, waited for by the layout: the lookup goes beside those of the room.
	visitor.session().catch(() => undefined);
	try {
		const find = () => roomFor(store, visitor, slug, 'read');
		const visit = { find, place, person: () => visitor.person(), company: presence !== undefined };
		const opened = await openRoom(store, visit, now);
		if (!opened.ok) error(opened.status, opened.error);
		const { room, page, readTo, here } = opened;
		// Spelled another way, or under an earlier name. A refused form is answered where it was posted: it has a text to keep.
		if (room.slug !== slug && request.method !== 'POST') {
			redirect(308, `${n ? messageAddress(room.slug, Number(n)) : roomAddress(room.slug)}${url.search}`);
		}
		const session = await visitor.session();
		const textBytes =
			session &&
			bytesForText(store, { ...session, room: room.id, sender: session.name, day: ids.day, sendId: LONGEST_ID });
		const lookedUp = n !== undefined || (place && 'around' in place);
		return {
			slug,
			room,
			here,
			address,
			page,
			place,
			read: read(page.messages, session),
			readTo,
			unreadFrom: readTo !== undefined && page.messages.some(({ n }) => n > readTo) ? readTo + 1 : undefined,
			shownTo: session && !lookedUp ? readByShowing(page, readTo) : undefined,
			now,
			ids,
			textBytes
		};
	} catch (reason) {
		if (!isHttpError(reason, 503)) throw reason;
		locals.storeAway = true;
		return { slug, address, page: NOTHING, place, read: {}, now, ids };
	}
}
