import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { changeRefusals, personNameRefusals, tooFast, UNKNOWN_CHOICE } from '$lib/chat/text/error-texts.ts';
import { CHOICES, chosenOr, isValue } from '$lib/chat/people/appearance.ts';
import { hasCredential } from '$lib/server/credentials/any-credential.ts';
import { renamePerson } from '$lib/server/people/people.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { avatars, settings, store, throttle, uploads } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';
import { removeAvatar, saveAvatar } from './avatar.server.ts';
import { loadProfile, saveProfile } from './profile.server.ts';
import { saveQuietHours } from './quiet-hours.server.ts';

export const load: PageServerLoad = async ({ locals, request }) => {
	const { visitor } = locals;
	const session = await visitor.session();
	// A refused form returns its text even if the session has ended.
	const hasProfile = session !== undefined || request.method === 'POST';
	return {
		appearance: visitor.appearance(),
		profile: hasProfile ? await loadProfile(locals) : undefined,
		lack: avatars.lack,
		uploadMax: uploads.limits.sizes.most,
		now: Date.now()
	};
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
				redirect(303, `${resolve('/you')}?saved=name#profile`);
			}
		);
	},

	profile: saveProfile,

	quiet: saveQuietHours,

	avatar: saveAvatar,

	removeAvatar,

	/** Sets the choices of the form: without a script, the pressed button is the only one. */
	appearance: async (event) => {
		const form = await readForm(event.request);
		const seconds = throttle.preference(addressOf(event));
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		const chosen = CHOICES.filter((name) => form.has(name));
		if (chosen.length === 0 || chosen.some((name) => !isValue(name, form.get(name)))) {
			return fail(400, { error: UNKNOWN_CHOICE });
		}
		for (const name of chosen) event.locals.visitor.choose(name, chosenOr(name, form.get(name)));
		redirect(303, `${resolve('/you')}#appearance`);
	},

	/** Ends this session. The person keeps the name. From the sidebar's menu, who could not sign in again is warned first. */
	leave: async (event) => {
		const form = await readForm(event.request);
		const seconds = throttle.preference(addressOf(event));
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		const { visitor } = event.locals;
		const session = form.has('ask') ? await visitor.session() : undefined;
		if (session && !(await hasCredential(store, session, Date.now())))
			redirect(303, `${resolve('/you')}?last#sign-out`);
		await visitor.leave();
		redirect(303, resolve('/'));
	}
};
