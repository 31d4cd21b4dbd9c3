import { error } from '@sveltejs/kit';
import { findRoom, listRooms } from '$lib/server/rooms.ts';
import { socketUrl, store } from '$lib/server/store.ts';
import { watchToken } from '$lib/server/watch-tokens.ts';
import type { RequestHandler } from './$types';

/** A token for the page's socket, for whoever has joined: for one room, or for those with the latest activity. */
export const GET: RequestHandler = async ({ url, locals }) => {
	const session = await locals.visitor.session();
	if (!session) error(401, 'Join to hear live.');
	const slug = url.searchParams.get('room');
	const rooms = slug === null ? await listRooms(store) : [await findRoom(store, slug)];
	const ids = rooms.flatMap((room) => (room ? [room.id] : []));
	return Response.json({ url: socketUrl, token: await watchToken(store, ids) });
};
