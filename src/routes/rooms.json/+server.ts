import { json } from '@sveltejs/kit';
import { roomLists } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** The list of every page (`?list`), with the open room (`&open=`) or previews (`&previews`); or else all rooms, for a search by name. */
export const GET: RequestHandler = async ({ url: { searchParams }, locals: { visitor } }) => {
	if (!searchParams.has('list')) return json(await roomLists.toSearch(visitor));
	const open = searchParams.get('open') ?? undefined;
	return json(await roomLists.now(visitor, { open, previews: searchParams.has('previews') }));
};
