import { error, json } from '@sveltejs/kit';
import { roomFor } from '$lib/server/rooms/access.ts';
import { readCards, withCards } from '$lib/server/history/answered.ts';
import { readPage } from '$lib/server/history/history.ts';
import { placeIn } from '$lib/server/views/page-query.ts';
import { store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

const NUMBERS = /^[1-9]\d{0,11}(?:,[1-9]\d{0,11})*$/;

/** A page of messages as JSON, for scrolling. With `?answered=3,7`, the cards of replies to these messages. */
export const GET: RequestHandler = async ({ params, url, locals }) => {
	const answered = url.searchParams.get('answered');
	if (answered !== null && !NUMBERS.test(answered)) error(400, 'answered should be numbers of messages, as 3,7');
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	if (answered !== null) return json(await readCards(store, found, answered.split(',').map(Number)));
	const page = await readPage(store, found.room.id, placeIn(url), Date.now());
	return json(await withCards(store, found, page));
};
