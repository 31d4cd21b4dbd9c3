import { error, json } from '@sveltejs/kit';
import { findRoom } from '$lib/server/rooms.ts';
import { readPage } from '$lib/server/history.ts';
import { store } from '$lib/server/store.ts';
import { placeIn } from '../place.server.ts';
import type { RequestHandler } from './$types';

/** A page of the room without the room: what a reader who scrolls comes to. */
export const GET: RequestHandler = async ({ params, url }) => {
	const room = await findRoom(store, params.slug);
	if (!room) error(404, 'There is no room of that name.');
	return json(await readPage(store, room.id, placeIn(url), Date.now()));
};
