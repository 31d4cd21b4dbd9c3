import { PERSON_ID } from '$lib/chat/people/person.ts';
import { error } from '@sveltejs/kit';
import { may } from '$lib/chat/people/permissions.ts';
import { NO_SUCH_PERSON } from '$lib/chat/text/error-texts.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { readableRooms } from '$lib/server/rooms/access.ts';
import { roomsOf } from '$lib/server/rooms/memberships.ts';
import { knownZone } from '$lib/server/runtime/time-zone.ts';
import { directory, presence, store } from '$lib/server/services.ts';
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
		/** The rooms that a guest was let into: everybody else reads all open rooms. */
		rooms: role === 'guest' ? await roomsOfGuest(id) : undefined,
		now: Date.now()
	};

	async function roomsOfGuest(guest: string) {
		const [rooms, own] = await Promise.all([readableRooms(store, visitor, directory.recent()), roomsOf(store, guest)]);
		return rooms.filter(({ id }) => own.has(id)).map(({ slug, name }) => ({ slug, name }));
	}
};
