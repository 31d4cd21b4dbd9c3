import { error, fail, isHttpError, redirect } from '@sveltejs/kit';
import type { SignedIn } from '$lib/chat/person.ts';
import { changeRefusals, LONG_TOPIC, NOT_YOURS, roomNameRefusals, STORE_AWAY, tooFast } from '$lib/chat/refusals.ts';
import { mayChange, roomNow } from '$lib/chat/room-now.ts';
import type { ChatRoom } from '$lib/chat/room.ts';
import { readForm } from '$lib/server/forms.ts';
import { textField } from '$lib/server/joining.ts';
import { log } from '$lib/server/log.ts';
import { archiveRoom, describeRoom, renameRoom } from '$lib/server/room-life.ts';
import { findRoom, readRoomState } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { addressOf, throttle, wait } from '$lib/server/throttle.ts';
import { roomAddress, settingsAddress } from '../../../address.ts';
import { takenBy } from '../../../taken.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

async function roomAt(slug: string): Promise<ChatRoom> {
	const room = await findRoom(store, slug);
	if (!room) error(404, 'There is no room of that name.');
	return room;
}

const isAllowed = (room: ChatRoom, session: SignedIn | undefined) =>
	mayChange(room, session && { id: session.person, operator: session.operator });

export const load: PageServerLoad = async ({ params, locals, request }) => {
	const [room, session] = await Promise.all([roomAt(params.slug), locals.visitor.session()]);
	const now = roomNow(room, await readRoomState(store, room.id));
	// A refused form keeps what was typed in it, even when the session has ended meanwhile.
	if (request.method !== 'POST') {
		if (!isAllowed(room, session)) error(403, NOT_YOURS);
		if (now.slug !== params.slug) redirect(308, settingsAddress(now.slug));
	}
	return { slug: params.slug, room: now };
};

/** What was typed comes back with a refusal. */
interface Refusal {
	of: 'rename' | 'describe' | 'archive';
	typed: string;
	status: number;
	error: string;
}

/** Makes a change for whoever may, and leads to the room, which shows it. */
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
		const room = await roomAt(event.params.slug);
		if (!isAllowed(room, session)) return refused({ status: 403, error: NOT_YOURS });
		const attempt = of === 'rename' ? throttle.roomName(session.person, addressOf(event)) : undefined;
		const seconds = attempt ? attempt.seconds : throttle.roomChange(session.person);
		if (seconds > 0) {
			return fail(429, { refused: { of, typed, error: tooFast(seconds) }, ...wait(event, seconds) });
		}
		const made = await make(room);
		if (typeof made !== 'string') {
			attempt?.refused();
			return refused(made);
		}
		slug = made;
		log('info', 'room', { act: of, room: room.id, by: session.person });
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
