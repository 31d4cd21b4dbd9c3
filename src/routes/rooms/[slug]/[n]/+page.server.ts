import { error } from '@sveltejs/kit';
import { changeRefusals } from '$lib/chat/text/error-texts.ts';
import type { Actions, PageServerLoad } from './$types';
import { messageActions } from '../message-actions/message-actions.server.ts';
import { placeIn } from '$lib/server/views/page-query.ts';
import { loadRoom } from '../room.server.ts';

export const load: PageServerLoad = async (event) => {
	const { params, url, request } = event;
	const n = /^[1-9]\d{0,11}$/.test(params.n) ? Number(params.n) : 0;
	if (n === 0) error(404, changeRefusals.gone);
	// A place in the query: the reader returns to where they had scrolled.
	const place = placeIn(url);
	const data = await loadRoom(event, place ?? { around: n });
	if (!data.room || place) return { ...data, marked: n };
	const message = data.page.messages.find((message) => message.n === n);
	if (!message) error(404, changeRefusals.gone);
	// A refused edit of a deleted message is shown: only this page has its text.
	if (message.deleted && request.method !== 'POST') error(410, changeRefusals.deleted);
	return { ...data, marked: n };
};

export const actions: Actions = messageActions;
