import { error, redirect } from '@sveltejs/kit';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { readInRoom } from '$lib/server/rooms/access.ts';
import { readRoomFiles } from '$lib/server/files/room-files.ts';
import { numberIn } from '$lib/server/views/page-query.ts';
import { store, uploads } from '$lib/server/services.ts';
import { roomAddress } from '../../../address.ts';
import type { PageServerLoad } from './$types';

/** All files of a room, newest first. */
export const load: PageServerLoad = async ({ params, url, locals }) => {
	const before = numberIn(url, 'before');
	const found = await readInRoom(store, locals.visitor, params.slug, (room, from) =>
		readRoomFiles(store, room.id, { from, before })
	);
	if (!found.ok) error(found.status, found.error);
	const room = roomDetails(found.room, found.state);
	if (room.slug !== params.slug) redirect(308, `${roomAddress(room.slug)}/files${url.search}`);
	return { room, slug: params.slug, before, isOff: uploads.limits.sizes.most === 0, ...found.data };
};
