import { PERSON_ID } from '$lib/chat/people/person.ts';
import { error } from '@sveltejs/kit';
import { may } from '$lib/chat/people/permissions.ts';
import { NO_SUCH_PERSON } from '$lib/chat/text/error-texts.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { knownZone } from '$lib/server/runtime/time-zone.ts';
import { presence, roomLists, store } from '$lib/server/services.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { visitor } }) => {
	const person = PERSON_ID.test(params.id) ? await readPerson(store, params.id) : undefined;
	const session = await visitor.session();
	const operates = may(session && { id: session.person, role: session.role }, 'operate place', undefined);
	const { about = '', zone, blocked, deactivated } = person?.standing ?? {};
	const gone = blocked ? ('blocked' as const) : deactivated ? ('deactivated' as const) : undefined;
	// A blocked person is not listed either.
	if (!person || (gone && !operates)) error(404, NO_SUCH_PERSON);
	const { id, name, createdAt, role } = person;
	return {
		person: {
			...{ id, name, createdAt, role, about, gone },
			zone: knownZone(zone || undefined),
			here: presence?.everywhere().has(id)
		},
		/** Beside the open rooms, which all but guests read. Not of oneself. */
		rooms: session && session.person !== id ? await roomLists.inCommon(visitor, person) : [],
		now: Date.now()
	};
};
