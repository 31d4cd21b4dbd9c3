import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { tooFast } from '$lib/chat/refusals.ts';
import { isTheme } from '$lib/chat/theme.ts';
import { makeSignIn } from '$lib/server/people.ts';
import { store } from '$lib/server/store.ts';
import { throttle } from '$lib/server/throttle.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
	if (!(await locals.visitor.session())) redirect(303, resolve('/'));
	return { theme: locals.visitor.theme() };
};

export const actions: Actions = {
	/** Another sign-in link; the earlier ones stay good. */
	link: async ({ locals, getClientAddress, setHeaders }) => {
		const session = await locals.visitor.session();
		if (!session) redirect(303, resolve('/'));
		const seconds = throttle.enter(getClientAddress());
		if (seconds > 0) {
			setHeaders({ 'retry-after': String(seconds) });
			return fail(429, { error: tooFast(seconds) });
		}
		locals.visitor.keepSignInLink(await makeSignIn(store, session.person, Date.now()));
		redirect(303, resolve('/you'));
	},

	theme: async ({ request, locals }) => {
		const theme = (await request.formData()).get('theme');
		if (!isTheme(theme)) return fail(400, { error: 'That is no theme: choose one of those below.' });
		locals.visitor.chooseTheme(theme);
		redirect(303, resolve('/you'));
	},

	/** Ends this session; the person keeps the name. */
	leave: async ({ locals }) => {
		await locals.visitor.leave();
		redirect(303, resolve('/'));
	}
};
