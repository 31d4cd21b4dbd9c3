import { error, json } from '@sveltejs/kit';
import { TOO_MANY_SOCKETS } from '$lib/chat/text/error-texts.ts';
import { log } from '$lib/server/runtime/log.ts';
import { presence } from '$lib/server/presence/presence-service.ts';
import { latestIds } from '$lib/server/views/directory.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { socketRefusal, socketUrl, store } from '$lib/server/storage/store.ts';
import { addressOf } from '$lib/server/runtime/throttle.ts';
import { watchToken } from '$lib/server/rooms/subscribe-token.ts';
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
	const [latest, found] = await Promise.all([
		latestIds(session.person),
		slug === null ? undefined : roomFor(store, locals.visitor, slug, 'read')
	]);
	const open = found?.ok ? found.room : undefined;
	const rooms = new Set(latest);
	if (open) rooms.add(open.id);
	const token = await watchToken(store, session.person, [...rooms], presence ? open?.id : undefined);
	// Who is there and who writes is heard of one room alone: in another, this token is not enough.
	const enough = presence ? (open ? [open.id] : []) : [...rooms];
	return json({ url: socketUrl, token, rooms: enough });
};
