import { error, json } from '@sveltejs/kit';
import { CLIENT_ID } from '$lib/chat/draft.ts';
import { tooFast } from '$lib/chat/refusals.ts';
import { readForm } from '$lib/server/forms.ts';
import { textField } from '$lib/server/joining.ts';
import { presence } from '$lib/server/present.ts';
import { findRoom } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { throttle, wait } from '$lib/server/throttle.ts';
import type { RequestHandler } from './$types';

/** A page says that it is looked at, that it is left, or that somebody is writing in it. Its answer to the first is who is there. */
export const POST: RequestHandler = async (event) => {
	const { request, params, locals } = event;
	const session = await locals.visitor.session();
	if (!presence || !session) error(401, 'Nobody is here by that name.');
	const seconds = throttle.beat(session.person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
	const form = await readForm(request);
	const tab = textField(form, 'tab');
	if (!CLIENT_ID.test(tab)) error(400, 'tab should be an id of 16 to 40 characters');
	const room = await findRoom(store, params.slug);
	if (!room) error(404, 'There is no room of that name.');

	const page = { room: room.id, person: session.person, name: session.name, tab };
	const act = textField(form, 'act');
	if (act === 'here') return json(await presence.beat(page));
	if (act === 'gone') await presence.leave(page);
	if (act === 'typing') presence.type(page);
	return new Response(null, { status: 204 });
};
