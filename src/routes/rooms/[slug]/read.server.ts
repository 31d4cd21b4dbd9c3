/** Marking a message, and what came after it, unread: an action of a room's page and of every permalink. */
import { fail, isHttpError, redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { changeRefusals, STORE_AWAY, tooFast } from '$lib/chat/refusals.ts';
import { readForm } from '$lib/server/forms.ts';
import { textField } from '$lib/server/joining.ts';
import { markUnreadFrom } from '$lib/server/reads.ts';
import { findRoom } from '$lib/server/rooms.ts';
import { store } from '$lib/server/store.ts';
import { throttle, wait } from '$lib/server/throttle.ts';
import { isScript } from '../../script.ts';

export const readActions = {
	unread: async (event: RequestEvent<{ slug: string }>) => {
		const n = textField(await readForm(event.request), 'n');
		const change = (error: string) => ({ change: { kind: 'unread' as const, n, error } });
		const refused = (status: number, error: string) => fail(status, change(error));
		try {
			const session = await event.locals.visitor.session();
			if (!session) return refused(401, changeRefusals['no-session']);
			const seconds = throttle.readMark(session.person);
			if (seconds > 0) return fail(429, { ...change(tooFast(seconds)), ...wait(event, seconds) });
			if (!/^[1-9]\d{0,11}$/.test(n)) return refused(400, changeRefusals.damaged);
			const room = await findRoom(store, event.params.slug);
			if (!room) return refused(404, 'There is no room of that name.');
			await markUnreadFrom(store, session.person, room.id, Number(n));
			if (isScript(event)) return { unreadFrom: Number(n) };
		} catch (reason) {
			if (isHttpError(reason, 503)) return refused(503, STORE_AWAY);
			throw reason;
		}
		// To the list, which shows it: the room's own page would mark it read again.
		redirect(303, resolve('/'));
	}
};
