/** One private room from outside: its members and dates. What operators do here is entered in the log, and said in the room. */
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { PERSON_ID } from '$lib/chat/people/person.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { memberRefusals } from '$lib/chat/text/member-refusals.ts';
import { removePerson } from '$lib/server/members/changing-members.ts';
import { listMembers } from '$lib/server/members/member-list.ts';
import { letIn } from '$lib/server/members/private-rooms.ts';
import { writeLine } from '$lib/server/members/room-lines.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { overseenRoom } from '$lib/server/rooms/access.ts';
import { readMembership } from '$lib/server/rooms/memberships.ts';
import { archiveRoom } from '$lib/server/rooms/room-settings.ts';
import { readForm, textField } from '$lib/server/runtime/forms.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { audit, events, people, presence, store } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { roomAddress } from '../../../address.ts';
import type { Actions, PageServerLoad } from './$types';
import { nothingHere, operatorAction, type ActingOperator } from '../../operator.server.ts';

export const load: PageServerLoad = async ({ params, locals: { visitor }, url }) => {
	const found = await overseenRoom(store, visitor, params.id);
	if (!found.ok) error(found.status, found.error);
	const session = (await visitor.session()) ?? nothingHere();
	const { room, state } = found;
	const { id, name, archived, createdAt, createdBy } = roomDetails(room, state);
	const [list, [creator = '?'], mine] = await Promise.all([
		listMembers(store, people, { room: id, state, page: pageIn(url) ?? 1 }),
		people.namesOf([createdBy]),
		readMembership(store, session.person, id, state)
	]);
	const asked = url.searchParams.get('remove');
	return {
		room: { id, name, archived, createdAt, creator },
		members: list,
		isMember: mine !== undefined,
		asks: list.members.find((member) => member.id === asked)
	};
};

type Overseen = Extract<Awaited<ReturnType<typeof overseenRoom>>, { ok: true }>;

/** @param make returns what was done, in a sentence, or why it is refused */
const change = (
	event: RequestEvent<{ id: string }>,
	make: (acting: { found: Overseen; by: ActingOperator }) => Promise<string | { status: number; error: string }>
) =>
	operatorAction(
		event,
		(error) => ({ error }),
		async ({ by, refused }) => {
			const found = await overseenRoom(store, event.locals.visitor, event.params.id);
			if (!found.ok) return refused(found.status, found.error);
			const made = await make({ found, by });
			return typeof made === 'string' ? { done: made } : refused(made.status, made.error);
		}
	);

export const actions: Actions = {
	archive: async (event) => {
		const act = textField(await readForm(event.request), 'act') === 'reopen' ? 'reopen' : 'archive';
		return change(event, async ({ found: { room }, by }) => {
			await audit.during(by, { act, room: room.id }, async () => {
				await archiveRoom(store, events, room.id, act === 'archive');
				await writeLine(
					store,
					events,
					room.id,
					{ did: act === 'archive' ? 'archived' : 'reopened', by: by.name },
					Date.now
				);
			});
			return act === 'archive' ? 'This room is archived.' : 'This room is open for posts again.';
		});
	},

	remove: async (event) => {
		const id = textField(await readForm(event.request), 'id');
		return change(event, async ({ found, by }) => {
			const person = PERSON_ID.test(id) ? await readPerson(store, id) : undefined;
			if (!person) return { status: 404, error: memberRefusals['no-person']() };
			const removed = await audit.during(
				by,
				{ act: 'remove-member', person, room: found.room.id },
				() => removePerson(store, events, { entry: found, id, by }, Date.now),
				({ ok }) => (ok ? 'done' : 'refused')
			);
			if (!removed.ok) return { status: 409, error: memberRefusals[removed.because](person.name) };
			await presence
				?.dropFrom(found.room.id, id)
				.catch((reason: unknown) => log('error', 'presence-not-told', errorFacts(reason)));
			return `${person.name} is not a member any more.`;
		});
	},

	enter: (event) =>
		change(event, async ({ found: { room, state }, by }) => {
			if (await readMembership(store, by.id, room.id, state))
				return { status: 409, error: 'You are a member already.' };
			await audit.during(by, { act: 'enter-room', room: room.id }, async () => {
				const adding = { room: room.id, person: by.id, by: by.id, history: 'from now on' } as const;
				await letIn(store, events, adding, Date.now());
				await writeLine(store, events, room.id, { did: 'entered', by: by.name }, Date.now);
			});
			redirect(303, roomAddress(roomDetails(room, state).slug));
		})
};
