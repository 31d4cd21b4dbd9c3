import { fail, isHttpError, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { messageRefusals, roomNameRefusals, STORE_AWAY, tooFast } from '$lib/chat/text/error-texts.ts';
import type { Attempt } from '$lib/server/runtime/buckets.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { markRead } from '$lib/server/rooms/read-marks.ts';
import { createRoom } from '$lib/server/rooms/rooms.ts';
import type { Actions, PageServerLoad } from './$types';
import { roomAddress } from './address.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { takenBy } from '$lib/server/rooms/name-taken.ts';
import { joinByForm } from '$lib/server/people/join-form.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { roomLists, store, throttle } from '$lib/server/services.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
	return { list: await roomLists.recent(locals.visitor, ROOMS_ON_PAGE, pageIn(url)), formId: randomId() };
};

export const actions: Actions = {
	join: async (event) => {
		const refused = await joinByForm({ store, throttle }, event, await readForm(event.request));
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
			// The creator has visited the room, so later messages are unread.
			await markRead(store, session.person, created.room.id, 0);
			slug = created.room.slug;
		} catch (reason) {
			// The room may exist already. With the same form id, a retry gets the same room.
			if (isHttpError(reason, 503)) return refused(503, STORE_AWAY, { formId });
			throw reason;
		}
		redirect(303, roomAddress(slug));
	}
};
