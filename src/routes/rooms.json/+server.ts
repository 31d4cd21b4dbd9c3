import { json } from '@sveltejs/kit';
import { roomsNowFor } from '$lib/server/listing.ts';
import { WATCHED_ROOMS } from '$lib/server/watch-tokens.ts';
import type { RequestHandler } from './$types';

/** The list that `/` renders, or (`?latest`) the one that stands beside a room, for a page that keeps itself true. */
export const GET: RequestHandler = async ({ url, locals: { visitor } }) =>
	json(await roomsNowFor(visitor, url.searchParams.has('latest') ? WATCHED_ROOMS : undefined));
