import { error, fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { tooFast } from '$lib/chat/text/error-texts.ts';
import { log } from '$lib/server/runtime/log.ts';
import { becomeOperator, linkIsOpen } from '$lib/server/people/roles.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { wait } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const USED = 'This link is not known, or somebody has used it already.';

export const load: PageServerLoad = async ({ params }) => {
	if (!(await linkIsOpen(store, params.token))) error(404, USED);
};

export const actions: Actions = {
	default: async (event) => {
		const { params, locals } = event;
		const session = await locals.visitor.session();
		if (!session) error(401, 'Join first, then open the link again.');
		const attempt = throttle.signIn(addressOf(event));
		if (attempt.seconds > 0) {
			return fail(429, { error: tooFast(attempt.seconds), ...wait(event, attempt.seconds) });
		}
		if (!(await becomeOperator(store, params.token, session.person))) {
			attempt.refused();
			error(404, USED);
		}
		log('info', 'operator', { act: 'first', by: session.person });
		redirect(303, resolve('/operator'));
	}
};
