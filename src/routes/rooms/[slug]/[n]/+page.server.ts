import { error } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';
import { loadRoom } from '../room.server.ts';

export const load: PageServerLoad = async ({ params, locals }) => {
	const n = /^[1-9]\d{0,11}$/.test(params.n) ? Number(params.n) : 0;
	if (n === 0) error(404, 'There is no such message.');
	const data = await loadRoom(params.slug, { around: n }, locals);
	if (data.room && !data.page.messages.some((message) => message.n === n)) error(404, 'There is no such message.');
	return { ...data, marked: n };
};
