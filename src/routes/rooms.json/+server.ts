import { json } from '@sveltejs/kit';
import { ROOMS_ON_PAGE, ROOMS_TO_SEARCH } from '$lib/chat/limits.ts';
import { roomsNowFor } from '$lib/server/views/directory.ts';
import { WATCHED_ROOMS } from '$lib/server/rooms/subscribe-token.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import type { RequestHandler } from './$types';

/**
 * A page of the list that `/` renders (`?page=1`), or the list that stands beside a room (`?latest`), for a page that keeps
 * itself true; else as many rooms as may be searched by name.
 */
export const GET: RequestHandler = async ({ url, locals: { visitor } }) => {
	const page = pageIn(url);
	if (url.searchParams.has('latest')) return json(await roomsNowFor(visitor, WATCHED_ROOMS));
	return json(await roomsNowFor(visitor, page === undefined ? ROOMS_TO_SEARCH : ROOMS_ON_PAGE, page));
};
