import { error, fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { tooFast } from '$lib/chat/refusals.ts';
import { whoSignsIn } from '$lib/server/people.ts';
import { store } from '$lib/server/store.ts';
import { throttle } from '$lib/server/throttle.ts';
import type { Actions, PageServerLoad } from './$types';

async function person(token: string) {
	const found = await whoSignsIn(store, token);
	if (!found) error(404, 'This sign-in link is not known. Was it copied whole?');
	return found;
}

/** Opening the link signs nobody in: programs that look at links before people do would use it up. */
export const load: PageServerLoad = async ({ params }) => ({ name: (await person(params.token)).name });

export const actions: Actions = {
	default: async ({ params, locals, getClientAddress, setHeaders }) => {
		const seconds = throttle.enter(getClientAddress());
		if (seconds > 0) {
			setHeaders({ 'retry-after': String(seconds) });
			return fail(429, { error: tooFast(seconds) });
		}
		await locals.visitor.enter(await person(params.token), Date.now());
		redirect(303, resolve('/'));
	}
};
