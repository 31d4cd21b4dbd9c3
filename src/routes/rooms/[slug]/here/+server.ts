import { error, json } from '@sveltejs/kit';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import type { Here } from '$lib/chat/people/presence.ts';
import { SIGN_IN_FIRST, tooFast } from '$lib/chat/text/error-texts.ts';
import { roomFor, sharesPresence } from '$lib/server/rooms/access.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { presence, store, throttle } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

const nobody = (): Here => ({ count: 0, names: [], at: Date.now() });

/** Receives from a page that it is shown (`here`; answered with the people present), left (`gone`) or written in (`typing`). */
export const POST: RequestHandler = async (event) => {
	const { request, params, locals } = event;
	const session = await locals.visitor.session();
	if (!presence || !session) error(401, SIGN_IN_FIRST);
	const seconds = throttle.beat(session.person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
	const form = await readForm(request);
	const tab = textField(form, 'tab');
	if (!CLIENT_ID.test(tab)) error(400, 'tab should be an id of 16 to 40 characters');
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);

	const page = { room: found.room.id, person: session.person, name: session.name, tab };
	const act = textField(form, 'act');
	// Leaving still counts.
	if (act !== 'gone' && !sharesPresence(found, page.person)) {
		return act === 'here' ? json(nobody()) : new Response(null, { status: 204 });
	}
	if (act === 'here') return json(await presence.beat(page));
	if (act === 'gone') await presence.leave(page);
	if (act === 'typing') presence.type(page);
	return new Response(null, { status: 204 });
};
