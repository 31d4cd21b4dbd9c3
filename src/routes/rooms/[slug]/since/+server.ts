import { error, json } from '@sveltejs/kit';
import { readHoles, type Seen } from '$lib/chat/reading/cursor.ts';
import { pageDay } from '$lib/chat/messages/draft.ts';
import { MAX_HOLE_RUNS, MAX_NUMBERS_BEHIND } from '$lib/chat/limits.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { detailsFor } from '$lib/server/direct/direct-title.ts';
import { readInRoom, type RoomEntry } from '$lib/server/rooms/access.ts';
import { heardAs } from '$lib/server/rooms/epochs.ts';
import { withCards } from '$lib/server/history/answered.ts';
import { newsFrom } from '$lib/server/history/catch-up.ts';
import { nothingNew } from '$lib/server/history/nothing-new.ts';
import { readPage } from '$lib/server/history/history.ts';
import type { Visitor } from '$lib/server/people/visitor.ts';
import { newsSince, people, store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** What a reader lacks, or the newest page if that is too much. Requested at a connection, after a jump, and periodically. */
export const GET: RequestHandler = async ({ params, url, locals }) => {
	const message = numberIn(url, 'message');
	const change = numberIn(url, 'change');
	const holes = readHoles(url.searchParams.get('holes') ?? '', MAX_NUMBERS_BEHIND, MAX_HOLE_RUNS);
	if (message === undefined || change === undefined || !holes) {
		error(400, 'message and change should be numbers, and holes numbers and ranges of them, as 3-5,9');
	}
	const seen: Seen | undefined =
		holes === 'too-many'
			? undefined
			: { message, holes, change, changedAt: numberIn(url, 'changedAt', 15), newest: newestIn(url) };
	const quiet = seen && (await nothingNew(store, locals.visitor, params.slug, seen));
	if (quiet) return answer(locals.visitor, quiet);
	const found = await readInRoom(store, locals.visitor, params.slug, async (room, from) => {
		const news = seen ? await newsSince(room.id, seen) : 'too-far';
		if (typeof news === 'object') return newsFrom(from, news);
		const page = await withCards(
			store,
			{ room, from },
			await readPage(store, room.id, undefined, Date.now(), { first: from })
		);
		return { tooFar: true, restored: news === 'restored', page };
	});
	if (!found.ok) error(found.status, found.error);
	return answer(locals.visitor, found);
};

async function answer(
	visitor: Visitor,
	{ room, state, data }: Pick<RoomEntry, 'room' | 'state'> & { data: object }
): Promise<Response> {
	const details = await detailsFor(await visitor.person(), roomDetails(room, state), state, (ids) =>
		people.namesOf(ids)
	);
	return json({ ...data, day: pageDay(Date.now(), details), room: details, heard: heardAs(room.id, state) });
}

function numberIn(url: URL, name: string, digits = 12): number | undefined {
	const text = url.searchParams.get(name) ?? '';
	return /^\d+$/.test(text) && text.length <= digits ? Number(text) : undefined;
}

/** The reader's newest message, `17-{send id}`. Pages of earlier releases lack it. */
function newestIn(url: URL): Seen['newest'] {
	const [, n, id = ''] = /^(\d{1,12})-([a-z0-9-]{1,40})$/.exec(url.searchParams.get('newest') ?? '') ?? [];
	return n === undefined ? undefined : { n: Number(n), id };
}
