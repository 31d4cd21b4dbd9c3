import { error, json } from '@sveltejs/kit';
import { readHoles, type Seen } from '$lib/chat/reading/cursor.ts';
import { dayOf } from '$lib/chat/messages/draft.ts';
import { MAX_HOLE_RUNS, MAX_NUMBERS_BEHIND } from '$lib/chat/limits.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { roomFor } from '$lib/server/rooms/access.ts';
import { readRoomState } from '$lib/server/rooms/rooms.ts';
import { withCards } from '$lib/server/history/answered.ts';
import { readPage } from '$lib/server/history/history.ts';
import { newsSince, store } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';

/** What a reader lacks, or the newest page if that is too much. Requested at a connection, after a jump, and periodically. */
export const GET: RequestHandler = async ({ params, url, locals }) => {
	const message = numberIn(url, 'message');
	const change = numberIn(url, 'change');
	const holes = readHoles(url.searchParams.get('holes') ?? '', MAX_NUMBERS_BEHIND, MAX_HOLE_RUNS);
	if (message === undefined || change === undefined || !holes) {
		error(400, 'message and change should be numbers, and holes numbers and ranges of them, as 3-5,9');
	}
	const found = await roomFor(store, locals.visitor, params.slug, 'read');
	if (!found.ok) error(found.status, found.error);
	const { room } = found;
	const [answer, state] = await Promise.all([
		holes === 'too-many'
			? ('too-far' as const)
			: newsSince(room.id, {
					message,
					holes,
					change,
					changedAt: numberIn(url, 'changedAt', 15),
					newest: newestIn(url)
				}),
		readRoomState(store, room.id)
	]);
	const now = Date.now();
	const rest = { day: dayOf(now), room: roomDetails(room, state) };
	if (typeof answer === 'object') return json({ ...answer, ...rest });
	return json({
		tooFar: true,
		restored: answer === 'restored',
		page: await withCards(store, found, await readPage(store, room.id, undefined, now)),
		...rest
	});
};

function numberIn(url: URL, name: string, digits = 12): number | undefined {
	const text = url.searchParams.get(name) ?? '';
	return /^\d+$/.test(text) && text.length <= digits ? Number(text) : undefined;
}

/** The reader's newest message, `17-{send id}`. Pages of earlier releases lack it. */
function newestIn(url: URL): Seen['newest'] {
	const [, n, id = ''] = /^(\d{1,12})-([a-z0-9-]{1,40})$/.exec(url.searchParams.get('newest') ?? '') ?? [];
	return n === undefined ? undefined : { n: Number(n), id };
}
