import { AUDIT_DAYS, AUDIT_ENTRIES_ON_PAGE } from '$lib/chat/limits.ts';
import { AUDITED_ACTS } from '$lib/chat/moderation/audit.ts';
import { readAudit } from '$lib/server/moderation/audit.ts';
import { directory, store } from '$lib/server/services.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ url }) => {
	const [{ lines, next }, rooms] = await Promise.all([
		readAudit(store, url.searchParams.get('after') ?? undefined, AUDIT_ENTRIES_ON_PAGE),
		directory.recent()
	]);
	const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
	return {
		lines: lines.map((line) => ({
			...line,
			what: AUDITED_ACTS[line.act],
			roomName: line.room && (nameOf.get(line.room) ?? 'a deleted room')
		})),
		next,
		days: AUDIT_DAYS
	};
};
