import { fail, redirect, type Actions } from '@sveltejs/kit';
import { isRoomOrder } from '$lib/chat/rooms/room-order.ts';
import { changeRefusals, FORM_DAMAGED, TOO_MANY_STARS, tooFast } from '$lib/chat/text/error-texts.ts';
import { nextPath } from '$lib/server/credentials/next-path.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { starRoom } from '$lib/server/rooms/stars.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { wantsJson } from '$lib/server/runtime/wants-json.ts';
import { store, throttle } from '$lib/server/services.ts';
import { roomAddress } from './address.ts';

export const listActions = {
	star: async (event) => {
		const form = await readForm(event.request);
		const slug = textField(form, 'room');
		const act = textField(form, 'act');
		return memberAction(
			event,
			{
				refusal: (error) => ({ star: { error } }),
				noSession: changeRefusals['no-session'],
				limit: (_, address) => throttle.preference(address),
				damaged: () => (act === 'star' || act === 'unstar' ? undefined : { status: 400, error: FORM_DAMAGED }),
				room: () => roomFor(store, event.locals.visitor, slug, 'read')
			},
			async ({ session, room, refused }) => {
				if (!(await starRoom(store, session.person, room.id, act === 'star'))) return refused(409, TOO_MANY_STARS);
				if (wantsJson(event)) return { starred: act === 'star' };
				redirect(303, roomAddress(slug));
			}
		);
	},

	/** The order is this browser's, as the theme is. */
	order: async (event) => {
		const form = await readForm(event.request);
		const order = textField(form, 'order');
		const seconds = throttle.preference(addressOf(event));
		if (seconds > 0) return fail(429, { order: { error: tooFast(seconds) }, ...wait(event, seconds) });
		if (!isRoomOrder(order)) return fail(400, { order: { error: FORM_DAMAGED } });
		event.locals.visitor.chooseRoomOrder(order);
		redirect(303, nextPath(textField(form, 'next')));
	}
} satisfies Actions;
