import { error, json } from '@sveltejs/kit';
import { roomFor } from '$lib/server/rooms/access.ts';
import { readPage } from '$lib/server/history/history.ts';
import { placeIn } from '$lib/server/views/page-query.ts';
import { store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** A page of messages as JSON, for scrolling. */
export const GET: RequestHandler = async ({ params, url, locals }) => {
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	return json(await readPage(store, found.room.id, placeIn(url), Date.now()));
};
