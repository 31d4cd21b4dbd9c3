import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { changeRefusals, personNameRefusals, tooFast } from '$lib/chat/text/error-texts.ts';
import { isTheme } from '$lib/chat/people/theme.ts';
import { renamePerson } from '$lib/server/people/people.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { settings, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';
import { loadProfile, saveProfile } from './profile.server.ts';

export const load: PageServerLoad = async ({ locals, request, url }) => {
	// A refused form returns its text even if the session has ended.
	const session = await locals.visitor.session();
	if (request.method !== 'POST' && !session)
		redirect(303, `${resolve('/signin')}?next=${encodeURIComponent(url.pathname)}`);
	return { theme: locals.visitor.theme(), profile: await loadProfile(locals) };
};

export const actions: Actions = {
	/** Earlier messages keep the earlier name. */
	rename: async (event) => {
		const name = textField(await readForm(event.request), 'name');
		return memberAction(
			event,
			{
				refusal: (error) => ({ rename: { name, error } }),
				noSession: changeRefusals['no-session'],
				limit: (person, address) => throttle.rename(person, address)
			},
			async ({ session, refused }) => {
				const renamed = await renamePerson(
					store,
					{ id: session.person, typed: name, placeName: (await settings.fresh()).name },
					Date.now()
				);
				if (!renamed.ok) {
					return refused(renamed.because === 'taken' ? 409 : 422, personNameRefusals[renamed.because]);
				}
				redirect(303, `${resolve('/you')}?saved=name`);
			}
		);
	},

	profile: saveProfile,

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
