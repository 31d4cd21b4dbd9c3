import { error, json } from '@sveltejs/kit';
import { MAX_OFFERED_PEOPLE, MAX_PERSON_NAME } from '$lib/chat/limits.ts';
import { GROUPS } from '$lib/chat/markup/group-mentions.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { SIGN_IN_FIRST, tooFast } from '$lib/chat/text/error-texts.ts';
import { mayMentionEveryone, roomFor } from '$lib/server/rooms/access.ts';
import { wait } from '$lib/server/runtime/forms.ts';
import { people, store, throttle } from '$lib/server/services.ts';
import { mentionableNames } from '$lib/server/views/mentionable-names.ts';
import type { RequestHandler } from './$types';

/** The people whom a message in the room can mention, by the beginning of a word of their name (`?q=`). */
export const GET: RequestHandler = async (event) => {
	const { params, url, locals } = event;
	const session = await locals.visitor.session();
	if (!session) error(401, SIGN_IN_FIRST);
	const seconds = throttle.completion(session.person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
	// A guest sees the people on the page, and not who else belongs to the place.
	const isListed = may({ id: session.person, role: session.role }, 'list people', undefined);
	const everybody = isListed ? await people.all() : [];
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	const typed = (url.searchParams.get('q') ?? '').slice(0, 2 * MAX_PERSON_NAME);
	const place = await locals.visitor.place();
	const names = await mentionableNames(store, everybody, { entry: found, place, me: session.person, typed });
	const groups = (await mayMentionEveryone(store, session.person, found))
		? GROUPS.map(({ name }) => name).filter((name) => name.startsWith(typed.toLowerCase()))
		: [];
	return json({ names: [...groups, ...names].slice(0, MAX_OFFERED_PEOPLE) });
};
