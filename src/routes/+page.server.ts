import { fail, isHttpError, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/draft.ts';
import { ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { messageRefusals, roomNameRefusals, STORE_AWAY, tooFast } from '$lib/chat/refusals.ts';
import type { Attempt } from '$lib/server/buckets.ts';
import { readForm } from '$lib/server/forms.ts';
import { randomId } from '$lib/server/ids.ts';
import { joinByForm, textField } from '$lib/server/joining.ts';
import { markRead } from '$lib/server/reads.ts';
import { roomsFor } from '$lib/server/listing.ts';
import { createRoom } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { addressOf, throttle, wait } from '$lib/server/throttle.ts';
import type { Actions, PageServerLoad } from './$types';
import { roomAddress } from './address.ts';
import { pageIn } from './page-number.ts';
import { takenBy } from './taken.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
	return { list: await roomsFor(locals.visitor, ROOMS_ON_PAGE, pageIn(url)), formId: randomId() };
};

export const actions: Actions = {
	join: async (event) => {
		const refused = await joinByForm(event, await readForm(event.request));
		if (refused) return fail(refused.status, { join: refused, retryAfter: refused.retryAfter });
		redirect(303, resolve('/'));
	},

	create: async (event) => {
		const { locals } = event;
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const formId = textField(form, 'formId');
		let attempt: Attempt | undefined;
		const answer = (error: string, more: { taken?: string; formId?: string } = {}) => ({
			create: { error, name, ...more }
		});
		const refused = (status: number, ...why: Parameters<typeof answer>) => {
			attempt?.refused();
			return fail(status, answer(...why));
		};

		let slug: string;
		try {
			const session = await locals.visitor.session();
			if (!session) return refused(401, messageRefusals['no-session']);
			const asked = throttle.roomName(session.person, addressOf(event));
			if (asked.seconds > 0) {
				return fail(429, { ...answer(tooFast(asked.seconds)), ...wait(event, asked.seconds) });
			}
			attempt = asked;
			if (!CLIENT_ID.test(formId)) return refused(400, 'This form is damaged. Open the page again.');
			const created = await createRoom(store, { typed: name, person: session.person, formId }, Date.now());
			if (!created.ok) {
				return created.because === 'taken'
					? refused(409, takenBy(created.room, name), { taken: created.room.slug })
					: refused(422, roomNameRefusals[created.because]);
			}
			// Whoever makes a room has been there: what is said in it is unread to them.
			await markRead(store, session.person, created.room.id, 0);
			slug = created.room.slug;
		} catch (reason) {
			// It may be there already: asked for again, it is the same room.
			if (isHttpError(reason, 503)) return refused(503, STORE_AWAY, { formId });
			throw reason;
		}
		redirect(303, roomAddress(slug));
	}
};
