import { error, fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { FORM_DAMAGED, tooFast } from '$lib/chat/text/error-texts.ts';
import { openSignInLink, readSignInLink } from '$lib/server/credentials/sign-in-links.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

/** The same for an unknown, a used, an expired and a revoked link. */
const UNKNOWN = 'This sign-in link doesn’t work. Check that you copied all of it, or ask for a new one.';

/** A GET signs nobody in: link scanners would use the link up. */
export const load: PageServerLoad = async ({ params }) => {
	const link = await readSignInLink(store, params.token, Date.now());
	if (!link) error(404, UNKNOWN);
	return { name: link.person.name, formId: randomId() };
};

export const actions: Actions = {
	default: async (event) => {
		const attempt = throttle.signIn(addressOf(event));
		const tooSoon = (seconds: number) => fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		if (attempt.seconds > 0) return tooSoon(attempt.seconds);
		const formId = textField(await readForm(event.request), 'formId');
		if (!CLIENT_ID.test(formId)) return fail(400, { error: FORM_DAMAGED });
		const link = await openSignInLink(store, event.params.token, formId, Date.now());
		if (!link) {
			attempt.refused();
			error(404, UNKNOWN);
		}
		// A link that is good for one use is used up by now, and its making has a limit.
		const seconds = link.kind ? 0 : throttle.session(link.person.id);
		if (seconds > 0) return tooSoon(seconds);
		await event.locals.visitor.enter(link.person, link.generation, Date.now());
		redirect(303, resolve('/'));
	}
};
