import { fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { FORM_DAMAGED, messageRefusals, NO_NEW_ROOMS, roomNameRefusals } from '$lib/chat/text/error-texts.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { markRead } from '$lib/server/rooms/read-marks.ts';
import { createRoom } from '$lib/server/rooms/rooms.ts';
import type { Actions, PageServerLoad } from './$types';
import { roomAddress } from './address.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { takenBy } from '$lib/server/rooms/name-taken.ts';
import { joinByForm } from '$lib/server/joining/join-form.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { events, roomLists, settings, setupState, store, throttle } from '$lib/server/services.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
	if (await setupState.isNeeded()) return { awaitsSetup: true, formId: randomId() };
	return { list: await roomLists.recent(locals.visitor, ROOMS_ON_PAGE, pageIn(url)), formId: randomId() };
};

export const actions: Actions = {
	join: async (event) => {
		const refused = await joinByForm({ store, throttle, settings }, event, await readForm(event.request));
		if (refused) return fail(refused.status, { join: refused, retryAfter: refused.retryAfter });
		redirect(303, resolve('/'));
	},

	create: async (event) => {
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const formId = textField(form, 'formId');
		return memberAction(
			event,
			{
				refusal: (error, more: { taken?: string; formId?: string } = {}) => ({ create: { error, name, ...more } }),
				noSession: messageRefusals['no-session'],
				limit: (person, address) => throttle.roomName(person, address),
				damaged: () => (CLIENT_ID.test(formId) ? undefined : { status: 400, error: FORM_DAMAGED }),
				// The room may exist already. With the same form id, a retry gets the same room.
				ifAway: { formId }
			},
			async ({ session, refused }) => {
				const actor = { id: session.person, role: session.role };
				if (!may(actor, 'create room', await settings.fresh())) return refused(403, NO_NEW_ROOMS);
				const created = await createRoom(store, { typed: name, person: session.person, formId }, Date.now());
				if (!created.ok) {
					return created.because === 'taken'
						? refused(409, takenBy(created.room, name), { taken: created.room.slug })
						: refused(422, roomNameRefusals[created.because]);
				}
				// The creator has visited the room, so later messages are unread.
				await markRead(store, events, session.person, created.room.id, 0);
				redirect(303, roomAddress(created.room.slug));
			}
		);
	}
};
