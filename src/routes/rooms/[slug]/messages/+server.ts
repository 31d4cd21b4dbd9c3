import { error, json } from '@sveltejs/kit';
import { readInRoom } from '$lib/server/rooms/access.ts';
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
	const found = await readInRoom(store, locals.visitor, params.slug, async (room, from) =>
		answered === null
			? withCards(store, { room, from }, await readPage(store, room.id, placeIn(url), Date.now(), { first: from }))
			: readCards(store, { room, from }, answered.split(',').map(Number))
	);
	if (!found.ok) error(found.status, found.error);
	return json(found.data);
};
