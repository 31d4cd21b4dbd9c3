import { error, redirect } from '@sveltejs/kit';
import { changeRefusals, LONG_TOPIC, NO_SUCH_ROOM, roomNameRefusals } from '$lib/chat/text/error-texts.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import type { ChatRoom } from '$lib/chat/rooms/room.ts';
import { log } from '$lib/server/runtime/log.ts';
import { archiveRoom, describeRoom, renameRoom } from '$lib/server/rooms/room-settings.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { roomAddress, settingsAddress } from '../../../address.ts';
import { takenBy } from '$lib/server/rooms/name-taken.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { events, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals, request }) => {
	// A refused form returns its text even if the session has ended.
	const act = request.method === 'POST' ? 'read' : 'manage';
	const found = await roomFor(store, locals.visitor, params.slug, act);
	if (!found.ok) error(found.status, found.error);
	if (found.kind === 'direct') error(404, NO_SUCH_ROOM);
	const now = roomDetails(found.room, found.state);
	if (act === 'manage' && now.slug !== params.slug) redirect(308, settingsAddress(now.slug));
	return { slug: params.slug, room: now };
};

interface Act {
	of: 'rename' | 'describe' | 'archive';
	typed: string;
}

/** @param make returns the room's address after the change, or why the change is refused */
const change = (
	event: RequestEvent,
	act: Act,
	make: (room: ChatRoom) => Promise<string | { status: number; error: string }>
) =>
	memberAction(
		event,
		{
			refusal: (error) => ({ refused: { ...act, error } }),
			noSession: changeRefusals['no-session'],
			limit: (person, address) =>
				act.of === 'rename' ? throttle.roomName(person, address) : throttle.roomChange(person),
			room: () => roomFor(store, event.locals.visitor, event.params.slug, 'manage')
		},
		async ({ session, room, refused }) => {
			const made = await make(room);
			if (typeof made !== 'string') return refused(made.status, made.error);
			log('info', 'room', { act: act.of, room: room.id, by: session.person });
			redirect(303, roomAddress(made));
		}
	);

export const actions: Actions = {
	rename: async (event) => {
		const name = textField(await readForm(event.request), 'name');
		return change(event, { of: 'rename', typed: name }, async (room) => {
			const renamed = await renameRoom(store, events, room, name);
			if (renamed.ok) return renamed.slug;
			return renamed.because === 'taken'
				? { status: 409, error: takenBy(renamed, name) }
				: { status: 422, error: roomNameRefusals[renamed.because] };
		});
	},

	describe: async (event) => {
		const topic = textField(await readForm(event.request), 'topic');
		return change(event, { of: 'describe', typed: topic }, async (room) =>
			(await describeRoom(store, events, room.id, topic)) ? event.params.slug : { status: 422, error: LONG_TOPIC }
		);
	},

	archive: async (event) => {
		const act = textField(await readForm(event.request), 'act');
		return change(event, { of: 'archive', typed: act }, async (room) => {
			await archiveRoom(store, events, room.id, act !== 'reopen');
			return event.params.slug;
		});
	}
};
