import { MAX_SEARCH } from '$lib/chat/limits.ts';
import { directory, people, store } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { privateCensus } from '$lib/server/views/private-census.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url }) => {
	const find = (url.searchParams.get('find') ?? '').slice(0, MAX_SEARCH);
	const { rooms, ...part } = await privateCensus(store, await directory.now(), { find, page: pageIn(url) ?? 1 });
	const creators = await people.namesOf(rooms.map(({ createdBy }) => createdBy));
	return { find, ...part, rooms: rooms.map((room, i) => ({ ...room, creator: creators[i] ?? '?' })) };
};
