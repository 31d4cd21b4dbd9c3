import { error, fail, isHttpError, redirect } from '@sveltejs/kit';
import { changeRefusals, LONG_TOPIC, roomNameRefusals, STORE_AWAY, tooFast } from '$lib/chat/text/error-texts.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import type { ChatRoom } from '$lib/chat/rooms/room.ts';
import { log } from '$lib/server/runtime/log.ts';
import { archiveRoom, describeRoom, renameRoom } from '$lib/server/rooms/room-settings.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { readRoomState } from '$lib/server/rooms/rooms.ts';
import { roomAddress, settingsAddress } from '../../../address.ts';
import { takenBy } from '$lib/server/rooms/name-taken.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals, request }) => {
	// A refused form returns its text even if the session has ended.
	const act = request.method === 'POST' ? 'read' : 'manage';
	const found = await roomFor(store, locals.visitor, params.slug, act);
	if (!found.ok) error(found.status, found.error);
	const now = roomDetails(found.room, await readRoomState(store, found.room.id));
	if (act === 'manage' && now.slug !== params.slug) redirect(308, settingsAddress(now.slug));
	return { slug: params.slug, room: now };
};

interface Refusal {
	of: 'rename' | 'describe' | 'archive';
	typed: string;
	status: number;
	error: string;
}

/** Checks the permission and the bucket, makes the change and redirects to the room. */
async function change(
	event: RequestEvent,
	of: Refusal['of'],
	typed: string,
	make: (room: ChatRoom) => Promise<string | Pick<Refusal, 'status' | 'error'>>
) {
	const refused = ({ status, error }: Pick<Refusal, 'status' | 'error'>) =>
		fail(status, { refused: { of, typed, error } });
	let slug: string;
	try {
		const session = await event.locals.visitor.session();
		if (!session) return refused({ status: 401, error: changeRefusals['no-session'] });
		const found = await roomFor(store, event.locals.visitor, event.params.slug, 'manage');
		if (!found.ok && found.status === 404) error(found.status, found.error);
		if (!found.ok) return refused(found);
		const attempt = of === 'rename' ? throttle.roomName(session.person, addressOf(event)) : undefined;
		const seconds = attempt ? attempt.seconds : throttle.roomChange(session.person);
		if (seconds > 0) {
			return fail(429, { refused: { of, typed, error: tooFast(seconds) }, ...wait(event, seconds) });
		}
		const made = await make(found.room);
		if (typeof made !== 'string') {
			attempt?.refused();
			return refused(made);
		}
		slug = made;
		log('info', 'room', { act: of, room: found.room.id, by: session.person });
	} catch (reason) {
		if (isHttpError(reason, 503)) return refused({ status: 503, error: STORE_AWAY });
		throw reason;
	}
	redirect(303, roomAddress(slug));
}

export const actions: Actions = {
	rename: async (event) => {
		const name = textField(await readForm(event.request), 'name');
		return change(event, 'rename', name, async (room) => {
			const renamed = await renameRoom(store, room, name);
			if (renamed.ok) return renamed.slug;
			return renamed.because === 'taken'
				? { status: 409, error: takenBy(renamed.room, name) }
				: { status: 422, error: roomNameRefusals[renamed.because] };
		});
	},

	describe: async (event) => {
		const topic = textField(await readForm(event.request), 'topic');
		return change(event, 'describe', topic, async (room) =>
			(await describeRoom(store, room.id, topic)) ? event.params.slug : { status: 422, error: LONG_TOPIC }
		);
	},

	archive: async (event) => {
		const act = textField(await readForm(event.request), 'act');
		return change(event, 'archive', act, async (room) => {
			await archiveRoom(store, room.id, act !== 'reopen');
			return event.params.slug;
		});
	}
};
