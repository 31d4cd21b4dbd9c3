import { error, json } from '@sveltejs/kit';
import { TOO_MANY_SOCKETS } from '$lib/chat/refusals.ts';
import { log } from '$lib/server/log.ts';
import { presence } from '$lib/server/present.ts';
import { latestIds } from '$lib/server/listing.ts';
import { findRoom } from '$lib/server/rooms.ts';
import { socketRefusal, socketUrl, store } from '$lib/server/store.ts';
import { addressOf } from '$lib/server/throttle.ts';
import { watchToken } from '$lib/server/watch-tokens.ts';
import type { RequestHandler } from './$types';

/** A token for the page's socket, for whoever has joined: for the rooms with the latest activity, and the one that is open. */
export const GET: RequestHandler = async (event) => {
	const { url, locals } = event;
	const session = await locals.visitor.session();
	if (!session) error(401, 'Join to hear live.');
	const refusal = socketRefusal(addressOf(event), session.person);
	if (refusal) {
		log('info', 'socket-not-offered', { because: refusal });
		return json({ refusal: TOO_MANY_SOCKETS }, { status: 429 });
	}
	const slug = url.searchParams.get('room');
	const [latest, open] = await Promise.all([
		latestIds(session.person),
		slug === null ? undefined : findRoom(store, slug)
	]);
	const rooms = new Set(latest);
	if (open) rooms.add(open.id);
	const token = await watchToken(store, session.person, [...rooms], presence ? open?.id : undefined);
	// Who is there and who writes is heard of one room alone: in another, this token is not enough.
	const enough = presence ? (open ? [open.id] : []) : [...rooms];
	return json({ url: socketUrl, token, rooms: enough });
};
