import { json } from '@sveltejs/kit';
import { ROOMS_ON_PAGE, ROOMS_TO_SEARCH } from '$lib/chat/limits.ts';
import { WATCHED_ROOMS } from '$lib/server/rooms/subscribe-token.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { roomLists } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/**
 * A page of the room list of `/` (`?page=1`), or the list beside a room (`?latest`). Without a query, the rooms for the
 * search by name.
 */
export const GET: RequestHandler = async ({ url, locals: { visitor } }) => {
	const page = pageIn(url);
	if (url.searchParams.has('latest')) return json(await roomLists.now(visitor, WATCHED_ROOMS));
	return json(await roomLists.now(visitor, page === undefined ? ROOMS_TO_SEARCH : ROOMS_ON_PAGE, page));
};
