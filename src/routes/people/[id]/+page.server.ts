import { PERSON_ID } from '$lib/chat/people/person.ts';
import { error } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { may } from '$lib/chat/people/permissions.ts';
import { NO_SUCH_PERSON } from '$lib/chat/text/error-texts.ts';
import { directState } from '$lib/server/direct/direct-rooms.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { knownZone } from '$lib/server/runtime/time-zone.ts';
import { presence, roomLists, store } from '$lib/server/services.ts';
import { blockByForm } from '../../block-messages.server.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

export const load: PageServerLoad = async ({ params, locals: { visitor } }) => {
	const person = PERSON_ID.test(params.id) ? await readPerson(store, params.id) : undefined;
	const session = await visitor.session();
	const operates = may(session && { id: session.person, role: session.role }, 'operate place', undefined);
	const { about = '', zone, blocked, deactivated } = person?.standing ?? {};
	const gone = blocked ? ('blocked' as const) : deactivated ? ('deactivated' as const) : undefined;
	// A blocked person is not listed either.
	if (!person || (gone && !operates)) error(404, NO_SUCH_PERSON);
	const { id, name, createdAt, role } = person;
	const me = session?.person;
	const direct = me === undefined || me === id ? undefined : await directState(store, { by: me, others: [id] });
	return {
		person: {
			...{ id, name, createdAt, role, about, gone },
			zone: knownZone(zone || undefined),
			here: presence?.everywhere().has(id)
		},
		/** Whether the reader has blocked messages from this person; absent on the reader's own page. */
		blocks: direct?.blocks,
		/** Beside the open rooms, which all but guests read. Not of oneself. */
		rooms: session && session.person !== id ? await roomLists.inCommon(visitor, person) : [],
		now: Date.now()
	};
};

const block = (event: RequestEvent, isBlocked: boolean) => {
	const { id } = event.params;
	const find = async () =>
		PERSON_ID.test(id) && (await readPerson(store, id))
			? { ok: true as const, room: { other: id } }
			: { ok: false as const, status: 404, error: NO_SUCH_PERSON };
	return blockByForm(event, { isBlocked, find, next: resolve('/people/[id]', { id }) });
};

export const actions: Actions = {
	block: (event) => block(event, true),
	unblock: (event) => block(event, false)
};
