import { redirect, type RequestEvent } from '@sveltejs/kit';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { FORM_DAMAGED, messageRefusals, NO_NEW_ROOMS, roomNameRefusals } from '$lib/chat/text/error-texts.ts';
import { createPrivateRoom } from '$lib/server/members/private-rooms.ts';
import { markRead } from '$lib/server/rooms/read-marks.ts';
import { createRoom } from '$lib/server/rooms/rooms.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { events, settings, store, throttle } from '$lib/server/services.ts';
import { roomAddress } from '../address.ts';
import { takenBy } from './name-taken.server.ts';

/** The form action of /new/room, and of `/` where everybody may join and read. */
export async function createByForm(event: RequestEvent) {
	const form = await readForm(event.request);
	const name = textField(form, 'name');
	const formId = textField(form, 'formId');
	const isPrivate = textField(form, 'private') !== '';
	return memberAction(
		event,
		{
			refusal: (error, more: { taken?: string; formId?: string } = {}) => ({
				create: { error, name, isPrivate, ...more }
			}),
			noSession: messageRefusals['no-session'],
			limit: (person, address) => throttle.roomName(person, address),
			damaged: () => (CLIENT_ID.test(formId) ? undefined : { status: 400, error: FORM_DAMAGED }),
			// The room may exist already. With the same form id, a retry gets the same room.
			ifAway: { formId }
		},
		async ({ session, refused }) => {
			const actor = { id: session.person, role: session.role };
			if (!may(actor, 'create room', await settings.heard())) return refused(403, NO_NEW_ROOMS);
			const create = isPrivate ? createPrivateRoom : createRoom;
			const form = { typed: name, person: session.person, formId };
			const created = await create(store, form, Date.now(), (work) => events.later('room-created', work));
			if (!created.ok) {
				return created.because === 'taken'
					? refused(409, takenBy(created, name), { taken: created.room?.slug })
					: refused(422, roomNameRefusals[created.because]);
			}
			// The creator has visited the room, so later messages are unread.
			events.later('room-created', () => markRead(store, events, session.person, created.room.id, 0));
			redirect(303, roomAddress(created.room.slug));
		}
	);
}
