import { MAX_SEARCH, MAX_SEARCH_RESULTS } from '$lib/chat/limits.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { people, roomLists } from '$lib/server/services.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals: { visitor }, url }) => {
	const typed = (url.searchParams.get('q') ?? '').slice(0, MAX_SEARCH);
	const session = await visitor.session();
	const listsPeople = may(session && { id: session.person, role: session.role }, 'list people', undefined);
	if (typed.trim() === '') return { typed, listsPeople, rooms: [], people: [] };
	const [rooms, found] = await Promise.all([
		roomLists.find(visitor, typed),
		listsPeople ? people.page({ typed: typed.trim(), page: 1, gone: false }) : undefined
	]);
	return {
		typed,
		listsPeople,
		rooms,
		people: (found?.people ?? []).slice(0, MAX_SEARCH_RESULTS).map(({ id, name, about }) => ({ id, name, about }))
	};
};
