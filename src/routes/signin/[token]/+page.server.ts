import { error, fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { tooFast } from '$lib/chat/text/error-texts.ts';
import { whoSignsIn } from '$lib/server/people/people.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { wait } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const UNKNOWN = 'This sign-in link is not known. Was it copied whole?';

/** A GET signs nobody in: link scanners would use the link up. */
export const load: PageServerLoad = async ({ params }) => {
	const person = await whoSignsIn(store, params.token);
	if (!person) error(404, UNKNOWN);
	return { name: person.name };
};

export const actions: Actions = {
	default: async (event) => {
		const attempt = throttle.signIn(addressOf(event));
		const tooSoon = (seconds: number) => fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		if (attempt.seconds > 0) return tooSoon(attempt.seconds);
		const person = await whoSignsIn(store, event.params.token);
		if (!person) {
			attempt.refused();
			error(404, UNKNOWN);
		}
		const seconds = throttle.session(person.id);
		if (seconds > 0) return tooSoon(seconds);
		await event.locals.visitor.enter(person, Date.now());
		redirect(303, resolve('/'));
	}
};
