import { error } from '@sveltejs/kit';
import { reportRefusals, type ReportRefusal } from '$lib/chat/moderation/report.ts';
import { changeRefusals, NO_SUCH_ROOM } from '$lib/chat/text/error-texts.ts';
import { readReportable, report } from '$lib/server/moderation/reports.ts';
import { readInRoom, roomFor } from '$lib/server/rooms/access.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const numberOf = (n: string) => (/^[1-9]\d{0,11}$/.test(n) ? Number(n) : error(404, changeRefusals.gone));

export const load: PageServerLoad = async ({ params, locals, request }) => {
	const n = numberOf(params.n);
	const found = await readInRoom(store, locals.visitor, params.slug, async ({ id }, first) =>
		n < first ? undefined : readReportable(store, id, n)
	);
	if (!found.ok) error(found.status, found.error);
	if (found.kind === 'direct') error(404, NO_SUCH_ROOM);
	const message = found.data;
	if (!message) error(404, reportRefusals.gone);
	// A refused form is shown: only this page has its text.
	if (message === 'deleted' && request.method !== 'POST') error(410, reportRefusals.deleted);
	return {
		slug: params.slug,
		n,
		kind: found.kind,
		message: message === 'deleted' ? undefined : { sender: message.sender, text: message.message }
	};
};

const STATUS: Record<ReportRefusal, number> = { empty: 422, 'too-long': 422, gone: 404, deleted: 410, already: 409 };

export const actions: Actions = {
	send: async (event) => {
		const n = numberOf(event.params.n);
		const reason = textField(await readForm(event.request), 'reason');
		return memberAction(
			event,
			{
				refusal: (error) => ({ refused: { error, reason } }),
				noSession: changeRefusals['no-session'],
				limit: (person) => throttle.report(person),
				room: () => roomFor(store, event.locals.visitor, event.params.slug, 'read')
			},
			async ({ session, entry, room, refused }) => {
				// Operators see nothing of direct messages.
				if (entry.kind === 'direct') return refused(404, NO_SUCH_ROOM);
				if (n < entry.from) return refused(STATUS.gone, reportRefusals.gone);
				const by = { id: session.person, name: session.name };
				const reported = await report(store, { room: room.id, n, by, typed: reason }, Date.now());
				return reported.ok ? { sent: true } : refused(STATUS[reported.because], reportRefusals[reported.because]);
			}
		);
	}
};
