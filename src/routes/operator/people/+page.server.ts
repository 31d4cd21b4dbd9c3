import { redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { readDeletions } from '$lib/server/moderation/deletions.ts';
import { reactivate, unblock } from '$lib/server/moderation/block.ts';
import { isGrave, isRole, setRole } from '$lib/server/moderation/roles.ts';
import { readActorAndTarget, type Acted } from '$lib/server/moderation/target.ts';
import { readForm, textField } from '$lib/server/runtime/forms.ts';
import { audit, store } from '$lib/server/services.ts';
import { pageIn } from '$lib/server/views/page-number.ts';
import { peopleCensus } from '$lib/server/views/people-census.ts';
import { MAX_PERSON_NAME } from '$lib/chat/limits.ts';
import { A_ROLE } from '$lib/chat/people/role.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';
import { actRefusals, nothingHere, operatorAction, type ActingOperator } from '../operator.server.ts';

export const load: PageServerLoad = async ({ locals, url }) => {
	const find = (url.searchParams.get('find') ?? '').slice(0, MAX_PERSON_NAME);
	const session = await locals.visitor.session();
	const [census, deletions] = await Promise.all([
		peopleCensus(store, { find, page: pageIn(url) ?? 1 }),
		readDeletions(store)
	]);
	const id = url.searchParams.get('of') ?? '';
	return {
		find,
		census,
		now: Date.now(),
		// Of people on other pages too: a deletion that goes on is worth seeing.
		deletions: [...deletions.values()].map(({ person, deleted, isSecondPass }) => ({ person, deleted, isSecondPass })),
		done: session && id !== '' ? await saidOf(session.person, id, url.searchParams.get('act')) : undefined
	};
};

/** What has just become of the person. It is read, not taken from the address, which anybody can make. */
async function saidOf(by: string, id: string, act: string | null): Promise<string | undefined> {
	const both = await readActorAndTarget(store, { id: by, role: 'operator' }, id);
	if (!both) return undefined;
	const { name, role, standing } = both.target;
	if (act === 'avatar' && !standing.avatar) return `${name} has no picture now.`;
	if (standing.blocked) return `${name} is blocked and has been signed out everywhere.`;
	if (standing.deactivated) return `${name} is deactivated and has been signed out everywhere.`;
	return `${name} is ${A_ROLE[role]} now.`;
}

/** A form about one person of the list. */
async function about(
	event: RequestEvent,
	act: (by: ActingOperator, id: string, form: FormData) => Promise<Acted | 'ask'>
) {
	const form = await readForm(event.request);
	const id = textField(form, 'id');
	return operatorAction(
		event,
		(error) => ({ refused: { id, error } }),
		async ({ by, refused }) => {
			const acted = await act(by, id, form);
			if (acted === 'ask') {
				const asking = resolve('/operator/people/[id]/[act]', { id, act: 'role' });
				redirect(303, `${asking}?role=${textField(form, 'role')}`);
			}
			if (!acted.ok) return refused(actRefusals[acted.because].status, actRefusals[acted.because].error);
			return { done: { id, name: acted.target.name } };
		}
	);
}

const outcomeOf = (acted: Acted) => (acted.ok ? 'done' : 'refused');

export const actions: Actions = {
	role: (event) =>
		about(event, async (by, id, form) => {
			const role = textField(form, 'role');
			if (!isRole(role)) return { ok: false, because: 'role' };
			const both = (await readActorAndTarget(store, by, id)) ?? nothingHere();
			const { target } = both;
			if (isGrave(target.role, role)) return 'ask';
			return audit.during(
				by,
				{ act: 'role', person: target, detail: `${target.role} → ${role}` },
				() => setRole(store, by, id, role),
				outcomeOf
			);
		}),

	unblock: (event) =>
		about(event, async (by, id) => {
			const { target } = (await readActorAndTarget(store, by, id)) ?? nothingHere();
			return audit.during(by, { act: 'unblock', person: target }, () => unblock(store, by, id), outcomeOf);
		}),

	reactivate: (event) =>
		about(event, async (by, id) => {
			const { target } = (await readActorAndTarget(store, by, id)) ?? nothingHere();
			return audit.during(by, { act: 'reactivate', person: target }, () => reactivate(store, by, id), outcomeOf);
		})
};
