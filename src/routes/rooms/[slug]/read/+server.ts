import { error } from '@sveltejs/kit';
import { tooFast } from '$lib/chat/text/error-texts.ts';
import { readForm } from '$lib/server/runtime/forms.ts';
import { textField } from '$lib/server/people/join-form.ts';
import { markRead } from '$lib/server/rooms/read-marks.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { store } from '$lib/server/storage/store.ts';
import { throttle, wait } from '$lib/server/runtime/throttle.ts';
import type { RequestEvent, RequestHandler } from './$types';

const NUMBER = /^\d{1,12}$/;

function limit(event: RequestEvent, person: string): void {
	const seconds = throttle.readMark(person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
}

/** A page says how far somebody has read: up to `n`. A mark goes back only by the form that says so. */
export const POST: RequestHandler = async (event) => {
	const { params, request, locals } = event;
	const [session, form] = await Promise.all([locals.visitor.session(), readForm(request)]);
	if (!session) error(401, 'Join first: there is nobody whose mark this is.');
	limit(event, session.person);
	const n = textField(form, 'n');
	if (!NUMBER.test(n)) error(400, 'n should be the number of a message, or 0 in a room that has none');
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	await markRead(store, session.person, found.room.id, Number(n));
	return new Response(null, { status: 204 });
};

/**
 * A page says so that runs no script: it shows a picture that only such browsers load, and they do once they show the page.
 * The server could not tell by itself: it renders pages that nobody comes to see, and a browser's first request does not say
 * whether it runs scripts. Asked for from elsewhere, or opened as a link, it is no page that was shown; from other sites it
 * has no session either, since the cookie is lax.
 */
export const GET: RequestHandler = async (event) => {
	const { params, url, request, locals } = event;
	const { headers } = request;
	const [site, goal] = [headers.get('sec-fetch-site'), headers.get('sec-fetch-dest')];
	if ((site ?? 'same-origin') !== 'same-origin' || (goal ?? 'image') !== 'image')
		error(403, 'This is for pages to say.');
	const session = await locals.visitor.session();
	if (session) limit(event, session.person);
	const n = url.searchParams.get('n') ?? '';
	const found = session && NUMBER.test(n) ? await roomFor(store, locals.visitor, params.slug, 'read') : undefined;
	if (session && found?.ok) await markRead(store, session.person, found.room.id, Number(n));
	return new Response(null, { status: 204 });
};
