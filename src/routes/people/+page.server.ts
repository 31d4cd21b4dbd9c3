import { MAX_PERSON_NAME } from '$lib/chat/limits.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { people, presence } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const typed = (url.searchParams.get('name') ?? '').slice(0, 2 * MAX_PERSON_NAME);
	const session = await locals.visitor.session();
	const gone = may(session && { id: session.person, role: session.role }, 'operate place', undefined);
	const { people: found, ...part } = await people.page({ typed: typed.trim(), page: pageIn(url) ?? 1, gone });
	const present = presence?.everywhere();
	return {
		typed,
		...part,
		people: found.map(({ id, name, role, about, gone }) => ({ id, name, role, about, gone, here: present?.has(id) }))
	};
};
