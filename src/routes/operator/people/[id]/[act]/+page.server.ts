/** Says what a grave act does to a person, and does it when it is posted. */
import { error, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { A_ROLE, ROLE_NAMES, type Role } from '$lib/chat/people/role.ts';
import { makeSignInLink } from '$lib/server/credentials/sign-in-links.ts';
import type { EntryId } from '$lib/server/moderation/audit.ts';
import { block, deactivate } from '$lib/server/moderation/block.ts';
import { isDeletedSpan, queueDeletion, type DeletedSpan } from '$lib/server/moderation/deletions.ts';
import { isRole, setRole, whyNotRole } from '$lib/server/moderation/roles.ts';
import { readActorAndTarget, whyNotModerate, type Acted, type ActorAndTarget } from '$lib/server/moderation/target.ts';
import { readForm, textField } from '$lib/server/runtime/forms.ts';
import { errorFacts, log } from '$lib/server/runtime/log.ts';
import { audit, presence, shownAvatars, store } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';
import { actRefusals, nothingHere, operatorAction, type ActingOperator } from '../../../operator.server.ts';

const ACTS = ['block', 'deactivate', 'avatar', 'recovery-link', 'role'] as const;
type GraveAct = (typeof ACTS)[number];

const actIn = (text: string): GraveAct => ACTS.find((act) => act === text) ?? nothingHere();

const whyNot = (both: ActorAndTarget, act: GraveAct, role: Role | undefined) =>
	act === 'role' ? (role ? whyNotRole(both, role) : 'role') : whyNotModerate(both);

export const load: PageServerLoad = async ({ params, url, locals }) => {
	const act = actIn(params.act);
	const session = (await locals.visitor.session()) ?? nothingHere();
	const both = await readActorAndTarget(store, { id: session.person, role: session.role }, params.id);
	if (!both) error(404, actRefusals.gone.error);
	const { id, name, role, standing } = both.target;
	const asked = url.searchParams.get('role') ?? '';
	const to = isRole(asked) ? asked : undefined;
	const because = whyNot(both, act, to);
	return {
		act,
		person: { id, name, role: A_ROLE[role], isMe: id === session.person },
		isShutOut: standing.blocked === true || standing.deactivated === true,
		to: to && { role: to, name: ROLE_NAMES[to] },
		whyNot: because && actRefusals[because].error
	};
};

export const actions: Actions = {
	default: async (event) => {
		const act = actIn(event.params.act);
		const { id } = event.params;
		const form = await readForm(event.request);
		const span = textField(form, 'delete');
		const role = textField(form, 'role');
		return operatorAction(
			event,
			(error) => ({ refused: { error, span } }),
			async ({ by, refused }) => {
				const both = await readActorAndTarget(store, by, id);
				const because = both ? whyNot(both, act, isRole(role) ? role : undefined) : 'gone';
				if (!both || because) {
					const { status, error } = actRefusals[because ?? 'gone'];
					return refused(status, error);
				}
				const { target } = both;
				if (act === 'recovery-link') {
					const token = await audit.during(by, { act, person: target }, () =>
						makeSignInLink(store, id, 'recovery', Date.now(), by.id)
					);
					// The compressed length could reveal the link: see src/host/compression.ts.
					event.setHeaders({ 'cache-control': 'private, no-store, no-transform' });
					// Not by `resolve`, which makes relative addresses while a page is rendered.
					return { link: `${event.url.origin}/signin/${token}` };
				}
				const acted = await perform(by, both, act, { span, role });
				if (!acted.ok) return refused(actRefusals[acted.because].status, actRefusals[acted.because].error);
				const query = new URLSearchParams({ find: target.name, of: id, ...(act === 'avatar' && { act }) });
				redirect(303, `${resolve('/operator/people')}?${query}`);
			}
		);
	}
};

const outcomeOf = (acted: Acted) => (acted.ok ? 'done' : 'refused');

async function perform(
	by: ActingOperator,
	{ target }: ActorAndTarget,
	act: Exclude<GraveAct, 'recovery-link'>,
	{ span, role }: { span: string; role: string }
): Promise<Acted> {
	const { id } = target;
	switch (act) {
		case 'avatar':
			return audit.during(
				by,
				{ act: 'remove-picture', person: target },
				async (): Promise<Acted> => {
					await shownAvatars.show(id, null);
					return { ok: true, target };
				},
				outcomeOf
			);
		case 'role':
			if (!isRole(role)) return { ok: false, because: 'role' };
			return audit.during(
				by,
				{ act, person: target, detail: `${target.role} → ${role}` },
				() => setRole(store, by, id, role),
				outcomeOf
			);
		case 'deactivate':
			return shutOut(id, await audit.during(by, { act, person: target }, () => deactivate(store, by, id), outcomeOf));
		case 'block': {
			if (isDeletedSpan(span)) await deleteFrom(by, target, span);
			return shutOut(id, await audit.during(by, { act, person: target }, () => block(store, by, id), outcomeOf));
		}
	}
}

/** Filed before the block; it waits for it. A disk that is too full for the task does not prevent the block. */
async function deleteFrom(by: ActingOperator, person: { id: string; name: string }, span: DeletedSpan): Promise<void> {
	const entry: EntryId = await audit.asks(by, { act: 'delete-messages', person, detail: SPANS[span] });
	await queueDeletion(store, { person, by: by.id, span, entry }, Date.now()).catch((error: unknown) =>
		log('error', 'deletion-not-filed', { person: person.id, ...errorFacts(error) })
	);
}

const SPANS: Record<DeletedSpan, string> = { hour: 'of the last hour', day: 'of the last day', all: 'all' };

async function shutOut(id: string, acted: Acted): Promise<Acted> {
	if (acted.ok) {
		await presence?.dropPerson(id).catch((error: unknown) => log('error', 'presence-not-told', errorFacts(error)));
	}
	return acted;
}
