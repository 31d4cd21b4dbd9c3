import { error } from '@sveltejs/kit';
import { textField } from '$lib/server/joining.ts';
import { markRead } from '$lib/server/reads.ts';
import { findRoom } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import type { RequestHandler } from './$types';

/** A page says how far somebody has read: up to `n`. A mark goes back only by the form that says so. */
export const POST: RequestHandler = async ({ params, request, locals }) => {
	const [session, form] = await Promise.all([locals.visitor.session(), request.formData()]);
	if (!session) error(401, 'Join first: there is nobody whose mark this is.');
	const n = textField(form, 'n');
	if (!/^\d{1,12}$/.test(n)) error(400, 'n should be the number of a message, or 0 in a room that has none');
	const room = await findRoom(store, params.slug);
	if (!room) error(404, 'There is no room of that name.');
	await markRead(store, session.person, room.id, Number(n));
	return new Response(null, { status: 204 });
};
