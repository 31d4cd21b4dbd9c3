import { REPORTS_ON_PAGE } from '$lib/chat/limits.ts';
import { closeReport, readReport, readReports } from '$lib/server/moderation/reports.ts';
import { readForm, textField } from '$lib/server/runtime/forms.ts';
import { audit, directory, store } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';
import { operatorAction } from '../operator.server.ts';

export const load: PageServerLoad = async ({ url }) => {
	const [{ reports, next }, rooms] = await Promise.all([
		readReports(store, url.searchParams.get('after') ?? undefined, REPORTS_ON_PAGE),
		directory.recent()
	]);
	const roomOf = new Map(rooms.map((room) => [room.id, { slug: room.slug, name: room.name }]));
	return { reports: reports.map((report) => ({ ...report, in: roomOf.get(report.room) })), next };
};

export const actions: Actions = {
	done: async (event) => {
		const form = await readForm(event.request);
		const [at, id] = [Number(textField(form, 'at')), textField(form, 'id')];
		return operatorAction(
			event,
			(error) => ({ error }),
			async ({ by, refused }) => {
				const report =
					Number.isSafeInteger(at) && /^[a-z2-7]{13}$/.test(id) ? await readReport(store, at, id) : undefined;
				if (!report) return refused(404, 'This report doesn’t exist.');
				const { room, n, author, authorName } = report;
				await audit.during(by, { act: 'close-report', person: { id: author, name: authorName }, room, n }, () =>
					closeReport(store, report, by.name, Date.now())
				);
				return { closed: id };
			}
		);
	}
};
