import { error, redirect } from '@sveltejs/kit';
import { OFFERED_NAMES, STAYING_NAMED } from '$lib/chat/limits.ts';
import { unlistedAddress } from '$lib/chat/rooms/kind.ts';
import { makeOpen, makePrivate, writersIn } from '$lib/server/members/conversion.ts';
import { mayGiveHistory, type Acting } from '$lib/server/members/changing-members.ts';
import { writeLine } from '$lib/server/members/room-lines.ts';
import { membersIn } from '$lib/server/rooms/memberships.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import {
	changeRefusals,
	FORM_DAMAGED,
	LONG_TOPIC,
	NO_SUCH_ROOM,
	NOT_ALL_HISTORY,
	roomNameRefusals
} from '$lib/chat/text/error-texts.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { archiveRoom, describeRoom, renameRoom } from '$lib/server/rooms/room-settings.ts';
import { entryMay, roomFor, type RoomAct, type RoomEntry } from '$lib/server/rooms/access.ts';
import { readRoomState } from '$lib/server/rooms/rooms.ts';
import { roomAddress, settingsAddress } from '../../../address.ts';
import { takenBy } from '../../name-taken.server.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { events, people, presence, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals, request, url }) => {
	// A refused form returns its text even if the session has ended.
	const act = request.method === 'POST' ? 'read' : 'manage';
	const found = await roomFor(store, locals.visitor, params.slug, act);
	if (!found.ok) error(found.status, found.error);
	if (found.kind === 'direct') error(404, NO_SUCH_ROOM);
	const now = roomDetails(found.room, found.state);
	if (act === 'manage' && now.slug !== params.slug) redirect(308, settingsAddress(now.slug));
	const session = await locals.visitor.session();
	const asked = entryMay(found, session && { id: session.person, role: session.role }, 'manage room')
		? url.searchParams.get('make')
		: undefined;
	return {
		slug: params.slug,
		room: now,
		formId: randomId(),
		asks:
			asked === 'private' && now.kind === undefined
				? ({ private: await membersToBe(found, session?.person) } as const)
				: asked === 'open' && now.kind === 'private'
					? ({ open: { mayOpen: mayGiveHistory(found) } } as const)
					: undefined
	};
};

/** The members of the room to be: people who were let in before stay, and people who have written there lately are proposed. */
async function membersToBe({ room, state }: RoomEntry, me: string | undefined) {
	const [writers, members, all] = await Promise.all([
		writersIn(store, room),
		membersIn(store, room.id, state),
		people.all()
	]);
	const letIn = new Set(members.map(({ person }) => person));
	const personOf = new Map(all.filter(({ gone }) => !gone).map((person) => [person.id, person]));
	const known = (ids: Iterable<string>) =>
		[...ids].flatMap((id) => {
			const person = personOf.get(id);
			return person ? { id, name: person.name } : [];
		});
	const staying = known(letIn).filter(({ id }) => id !== me);
	const named = staying.slice(0, STAYING_NAMED).map(({ name }) => name);
	return {
		writers: known(writers.filter((id) => id !== me && !letIn.has(id))).slice(0, OFFERED_NAMES),
		staying: { named, more: staying.length - named.length }
	};
}

interface Act {
	of: 'rename' | 'describe' | 'archive' | 'private' | 'open';
	typed: string;
}

/** @param make returns the room's address after the change, or why the change is refused */
const change = (
	event: RequestEvent,
	act: Act,
	make: (entry: RoomEntry, by: Acting) => Promise<string | { status: number; error: string }>,
	right: RoomAct = 'manage'
) =>
	memberAction(
		event,
		{
			refusal: (error) => ({ refused: { ...act, error } }),
			noSession: changeRefusals['no-session'],
			limit: (person, address) =>
				act.of === 'rename' ? throttle.roomName(person, address) : throttle.roomChange(person),
			room: () => roomFor(store, event.locals.visitor, event.params.slug, right)
		},
		async ({ session, entry, room, refused }) => {
			const made = await make(entry, { id: session.person, name: session.name });
			if (typeof made !== 'string') return refused(made.status, made.error);
			log('info', 'room', { act: act.of, room: room.id, by: session.person });
			redirect(303, roomAddress(made));
		}
	);

export const actions: Actions = {
	rename: async (event) => {
		const name = textField(await readForm(event.request), 'name');
		return change(event, { of: 'rename', typed: name }, async ({ room }) => {
			const renamed = await renameRoom(store, events, room, name);
			if (renamed.ok) return renamed.slug;
			return renamed.because === 'taken'
				? { status: 409, error: takenBy(renamed, name) }
				: { status: 422, error: roomNameRefusals[renamed.because] };
		});
	},

	describe: async (event) => {
		const topic = textField(await readForm(event.request), 'topic');
		return change(event, { of: 'describe', typed: topic }, async ({ room }) =>
			(await describeRoom(store, events, room.id, topic)) ? event.params.slug : { status: 422, error: LONG_TOPIC }
		);
	},

	archive: async (event) => {
		const act = textField(await readForm(event.request), 'act');
		return change(event, { of: 'archive', typed: act }, async ({ room }) => {
			await archiveRoom(store, events, room.id, act !== 'reopen');
			return event.params.slug;
		});
	},

	private: async (event) => {
		const form = await readForm(event.request);
		const formId = textField(form, 'formId');
		const ticked = new Set(form.getAll('person').map(String));
		const act = { of: 'private', typed: '' } as const;
		return change(
			event,
			act,
			async (entry, by) => {
				if (!CLIENT_ID.test(formId)) return { status: 400, error: FORM_DAMAGED };
				const proposed = new Set((await membersToBe(entry, by.id)).writers.map(({ id }) => id));
				const chosen = [...ticked].filter((id) => proposed.has(id));
				await makePrivate(store, events, entry.room, { people: chosen, by: by.id, formId }, Date.now());
				await dropOthers(entry.room.id);
				await writeLine(store, events, entry.room.id, { did: 'private', by: by.name }, Date.now);
				return unlistedAddress(entry.room.id);
			},
			'make private'
		);
	},

	open: async (event) =>
		change(event, { of: 'open', typed: '' }, async (entry, by) => {
			if (entry.kind !== 'private') return { status: 409, error: 'This room is open already.' };
			if (!mayGiveHistory(entry)) return { status: 403, error: NOT_ALL_HISTORY };
			const opened = await makeOpen(store, events, entry.room);
			if (!opened.ok) return { status: 409, error: takenBy(opened, entry.state.name ?? entry.room.name) };
			await writeLine(store, events, entry.room.id, { did: 'open', by: by.name }, Date.now);
			return opened.slug;
		})
};

/** Who is no member of the private room is not shown as present in it either. */
async function dropOthers(room: string) {
	try {
		const members = await membersIn(store, room, await readRoomState(store, room));
		await presence?.keepOnly(room, new Set(members.map(({ person }) => person)));
	} catch (error) {
		log('error', 'presence-not-told', { room, ...errorFacts(error) });
	}
}
