import { error, redirect } from '@sveltejs/kit';
import { dayOf, pageDay } from '$lib/chat/messages/draft.ts';
import type { Reply } from '$lib/chat/composer/reply.ts';
import type { Here } from '$lib/chat/people/presence.ts';
import { read, type Read } from '$lib/chat/markup/parse-messages.ts';
import type { SentNotice } from '$lib/chat/text/unnotified.ts';
import type { RoomDetails } from '$lib/chat/rooms/room-details.ts';
import type { Page, Place } from '$lib/server/history/history.ts';
import { detailsFor } from '$lib/server/direct/direct-title.ts';
import { readAnswered } from '$lib/server/history/answered.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { bytesForText, WIDEST } from '$lib/server/messages/post-message.ts';
import { readByShowing } from '$lib/chat/reading/unread.ts';
import { openRoom } from '$lib/server/views/open-room.ts';
import { entryMay, readInRoom } from '$lib/server/rooms/access.ts';
import { retryAfterSeconds, unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { people, presence, store, uploads } from '$lib/server/services.ts';
import { messageAddress, roomAddress } from '../../address.ts';

/** The data of a room's page and of a permalink. */
export interface RoomData {
	slug: string;
	/** Absent while the store is away. */
	room?: RoomDetails;
	/** Whether the visitor may change the room's settings. */
	manages?: boolean;
	/** Whether the visitor reads only what was written after they were added. */
	isLater?: true;
	/** The name by which a ticket says that its token hears the room: see lib/server/rooms/epochs.ts. */
	heard?: string;
	/** The people present; absent where presence is switched off. */
	here?: Here;
	/** The room's URL, decoded for reading and sharing, where anybody may come in by it. */
	address?: string;
	page: Page;
	/** Parsed markup of the messages, so that the browser need not parse them again. */
	read: Read;
	place: Place;
	marked?: number;
	/** The most bytes of a file; 0 where uploads are off. */
	uploadMax?: number;
	/** From `?reply=`. */
	reply?: Reply;
	/** Bytes that the store has for a message's text. */
	textBytes?: number;
	/** The visitor's read mark, if they have visited the room. */
	readTo?: number;
	/** The first unread number when the page opened: the unread line is above it. */
	unreadFrom?: number;
	/** Without a script, the page marks the room read up to this number. */
	shownTo?: number;
	/** Of the message that was sent by the last form. */
	notices?: SentNotice[];
	now: number;
	/** Made by the server, so that a form posted twice is one send even without a script. */
	ids: { sendId: string; day: string; joinId: string };
}

/** An upper bound: the page's script makes its own send ids. */
const LONGEST_ID = 'x'.repeat(40);

/** The reply to message `re`; undefined if the message is deleted or missing. */
export async function loadReply(locals: App.Locals, slug: string, re: number): Promise<Reply | undefined> {
	const found = await readInRoom(store, locals.visitor, slug, (room, from) => readAnswered(store, { room, from }, re));
	const { sender, text, deleted } = found.ok ? found.data : {};
	return sender === undefined || text === undefined || deleted ? undefined : { re, sender, text };
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
	const now = Date.now();
	const ids = { sendId: randomId(), day: dayOf(now), joinId: randomId() };
	const { visitor } = locals;
	// Starts the session lookup in parallel with the room's lookups.
	visitor.session().catch(() => undefined);
	const open = async (): Promise<RoomData> => {
		const visit = { visitor, address: slug, place, company: presence !== undefined, recent: store.recent };
		const opened = await openRoom(store, visit, now);
		if (!opened.ok) error(opened.status, { message: opened.error, noRoom: opened.status === 404 });
		const { heard, page, readTo, here } = opened;
		const room = await detailsFor(await visitor.person(), opened.room, opened.state, (ids) => people.namesOf(ids));
		// Another spelling or an earlier name. A refused form is answered in place, because it returns a text.
		if (room.slug !== slug && request.method !== 'POST') {
			redirect(308, `${n ? messageAddress(room.slug, Number(n)) : roomAddress(room.slug)}${url.search}`);
		}
		const [session, { joining, reading }] = await Promise.all([visitor.session(), visitor.place()]);
		const isForAnybody = room.kind === undefined && joining === 'open' && reading === 'everyone';
		const longest = { room: room.id, day: ids.day, sendId: LONGEST_ID, re: WIDEST.n };
		const textBytes = session && bytesForText(store, { ...session, ...longest, sender: session.name });
		const lookedUp = n !== undefined || (place && 'around' in place);
		return {
			slug,
			room,
			manages: entryMay(opened.entry, session && { id: session.person, role: session.role }, 'manage room'),
			...(opened.entry.from > 1 && { isLater: true }),
			heard,
			here,
			address: isForAnybody ? decodeURI(new URL(roomAddress(slug), url).href) : undefined,
			page,
			place,
			read: read(page.messages, session),
			readTo,
			unreadFrom: readTo !== undefined && page.messages.some(({ n }) => n > readTo) ? readTo + 1 : undefined,
			shownTo: session && !lookedUp ? readByShowing(page, readTo) : undefined,
			now,
			ids: { ...ids, day: pageDay(now, room) },
			textBytes,
			uploadMax: session && uploads.limits.sizes.most
		};
	};
	return unlessStoreAway(open, (reason) => {
		locals.storeAway ??= 'rendered';
		locals.retryAfter = retryAfterSeconds(reason);
		return { slug, page: NOTHING, place, read: {}, now, ids };
	});
}
