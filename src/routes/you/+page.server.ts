import { fail, isHttpError, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { changeRefusals, personNameRefusals, STORE_AWAY, tooFast } from '$lib/chat/text/error-texts.ts';
import { isTheme } from '$lib/chat/people/theme.ts';
import { makeSignIn, renamePerson } from '$lib/server/people/people.ts';
import type { Attempt } from '$lib/server/runtime/buckets.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, request }) => {
	// A refused form returns its text even if the session has ended.
	if (request.method !== 'POST' && !(await locals.visitor.session())) redirect(303, resolve('/'));
	return { theme: locals.visitor.theme() };
};

export const actions: Actions = {
	/** Earlier messages keep the earlier name. */
	rename: async (event) => {
		const name = textField(await readForm(event.request), 'name');
		let attempt: Attempt | undefined;
		const refused = (status: number, error: string) => {
			attempt?.refused();
			return fail(status, { rename: { name, error } });
		};
		try {
			const session = await event.locals.visitor.session();
			if (!session) return refused(401, changeRefusals['no-session']);
			const asked = throttle.rename(session.person, addressOf(event));
			if (asked.seconds > 0) {
				return fail(429, { rename: { name, error: tooFast(asked.seconds) }, ...wait(event, asked.seconds) });
			}
			attempt = asked;
			const renamed = await renamePerson(store, session.person, name, Date.now());
			if (!renamed.ok) return refused(renamed.because === 'taken' ? 409 : 422, personNameRefusals[renamed.because]);
		} catch (reason) {
			if (isHttpError(reason, 503)) return refused(503, STORE_AWAY);
			throw reason;
		}
		redirect(303, resolve('/you'));
	},

	/** Makes another sign-in link. Earlier links stay valid. */
	link: async (event) => {
		const { locals } = event;
		const session = await locals.visitor.session();
		if (!session) redirect(303, resolve('/'));
		const seconds = throttle.signInLink(session.person);
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		locals.visitor.keepSignInLink(await makeSignIn(store, session.person, Date.now()));
		redirect(303, resolve('/you'));
	},

	theme: async (event) => {
		const theme = (await readForm(event.request)).get('theme');
		const seconds = throttle.preference(addressOf(event));
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		if (!isTheme(theme)) return fail(400, { error: 'That is no theme: choose one of those below.' });
		event.locals.visitor.chooseTheme(theme);
		redirect(303, resolve('/you'));
	},

	/** Ends this session. The person keeps the name. */
	leave: async (event) => {
		const seconds = throttle.preference(addressOf(event));
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		await event.locals.visitor.leave();
		redirect(303, resolve('/'));
	}
};
