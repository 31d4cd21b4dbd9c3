import { error, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { may } from '$lib/chat/people/permissions.ts';
import { NO_NEW_ROOMS } from '$lib/chat/text/error-texts.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import type { Actions, PageServerLoad } from './$types';
import { createByForm } from '../../rooms/create-room.server.ts';

export const load: PageServerLoad = async ({ locals: { visitor }, request, url }) => {
	// A refused form returns its text to everybody, also without a right.
	if (request.method === 'POST') return { formId: randomId() };
	const [session, place] = await Promise.all([visitor.session(), visitor.place()]);
	if (!session) redirect(303, `${resolve('/signin')}?next=${encodeURIComponent(url.pathname)}`);
	if (!may({ id: session.person, role: session.role }, 'create room', place)) error(403, NO_NEW_ROOMS);
	return { formId: randomId() };
};

export const actions: Actions = { create: createByForm };
