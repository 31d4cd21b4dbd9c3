import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { randomId } from '$lib/server/storage/ids.ts';
import type { Actions, PageServerLoad } from './$types';
import { pageIn } from '$lib/server/views/page-number.ts';
import { joinByForm } from '$lib/server/joining/join-form.ts';
import { readForm } from '$lib/server/runtime/forms.ts';
import { events, roomLists, settings, setupState, store, throttle } from '$lib/server/services.ts';
import { createByForm } from './rooms/create-room.server.ts';
import { listActions } from './list-actions.server.ts';

export const load: PageServerLoad = async ({ locals: { visitor }, url }) => {
	if (await setupState.isNeeded()) return { awaitsSetup: true, formId: randomId() };
	const page = pageIn(url);
	const messages = pageIn(url, 'messages');
	const isPaged = page !== undefined || messages !== undefined;
	const [home, all, place] = await Promise.all([
		isPaged ? undefined : roomLists.home(visitor),
		messages !== undefined
			? roomLists.messagesPage(visitor, messages)
			: page !== undefined
				? roomLists.page(visitor, page)
				: undefined,
		visitor.place()
	]);
	const { name, welcome, joining, reading } = place;
	/** A quick trial: everything is on this page. */
	const isTrial = joining === 'open' && reading === 'everyone';
	return {
		place: { name, welcome },
		isTrial,
		formId: randomId(),
		previews: home?.previews ?? {},
		last: isTrial ? undefined : home?.last,
		all,
		/** Whether `all` are direct messages. */
		ofMessages: messages !== undefined
	};
};

export const actions: Actions = {
	...listActions,

	join: async (event) => {
		const refused = await joinByForm({ store, throttle, settings, events }, event, await readForm(event.request));
		if (refused) return fail(refused.status, { join: refused, retryAfter: refused.retryAfter });
		redirect(303, resolve('/'));
	},

	create: createByForm
};
