import { error } from '@sveltejs/kit';
import { SIGN_IN_FIRST, tooFast } from '$lib/chat/text/error-texts.ts';
import { markRead } from '$lib/server/rooms/read-marks.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { events, store, throttle } from '$lib/server/services.ts';
import type { RequestEvent, RequestHandler } from './$types';

const NUMBER = /^\d{1,12}$/;

function limit(event: RequestEvent, person: string): void {
	const seconds = throttle.readMark(person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
}

/** Moves the read mark forward to `n`. Only the action `unread` moves it back. */
export const POST: RequestHandler = async (event) => {
	const { params, request, locals } = event;
	const [session, form] = await Promise.all([locals.visitor.session(), readForm(request)]);
	if (!session) error(401, SIGN_IN_FIRST);
	limit(event, session.person);
	const n = textField(form, 'n');
	if (!NUMBER.test(n)) error(400, 'n should be the number of a message, or 0 in a room that has none');
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	await markRead(store, events, session.person, found.room.id, Number(n));
	return new Response(null, { status: 204 });
};

/**
 * Moves the read mark for a page without a script, which loads this as a hidden image once it is shown. Rendering alone must
 * not: some rendered pages are never shown, and a first request does not tell whether the browser runs scripts. Requests from
 * other sites and opened links are refused; from other sites the lax cookie brings no session either.
 */
export const GET: RequestHandler = async (event) => {
	const { params, url, request, locals } = event;
	const { headers } = request;
	const [site, goal] = [headers.get('sec-fetch-site'), headers.get('sec-fetch-dest')];
	if ((site ?? 'same-origin') !== 'same-origin' || (goal ?? 'image') !== 'image')
		error(403, 'Only Parley’s own pages can post this.');
	const session = await locals.visitor.session();
	if (session) limit(event, session.person);
	const n = url.searchParams.get('n') ?? '';
	const found = session && NUMBER.test(n) ? await roomFor(store, locals.visitor, params.slug, 'read') : undefined;
	if (session && found?.ok) await markRead(store, events, session.person, found.room.id, Number(n));
	return new Response(null, { status: 204 });
};
