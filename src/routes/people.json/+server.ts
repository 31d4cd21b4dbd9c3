import { error, json } from '@sveltejs/kit';
import { MAX_OFFERED_PEOPLE, MAX_SEARCH } from '$lib/chat/limits.ts';
import { SIGN_IN_FIRST, tooFast } from '$lib/chat/text/error-texts.ts';
import { wait } from '$lib/server/runtime/forms.ts';
import { people, throttle } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** People whose name has a word that begins with `?q=`, for the search by Ctrl K. */
export const GET: RequestHandler = async (event) => {
	const session = await event.locals.visitor.session();
	if (!session) error(401, SIGN_IN_FIRST);
	const seconds = throttle.completion(session.person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
	const typed = (event.url.searchParams.get('q') ?? '').slice(0, MAX_SEARCH).trim();
	const found = typed === '' ? [] : (await people.page({ typed, page: 1, gone: false })).people;
	return json({ people: found.slice(0, MAX_OFFERED_PEOPLE).map(({ id, name }) => ({ id, name })) });
};
