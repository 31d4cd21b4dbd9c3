import { error, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { MAX_DIRECT_PEOPLE, MAX_NAMES_FOR_BROWSER } from '$lib/chat/limits.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { PERSON_ID } from '$lib/chat/people/person.ts';
import { recipients } from '$lib/chat/people/recipients.ts';
import { messageRefusals, NO_DIRECT_BY_GUESTS, recipientRefusals } from '$lib/chat/text/error-texts.ts';
import { directState, startDirect } from '$lib/server/direct/direct-rooms.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { people, store, throttle } from '$lib/server/services.ts';
import { roomAddress } from '../../address.ts';
import type { Actions, PageServerLoad } from './$types';

/** `?to=` names a person by their id. */
export const load: PageServerLoad = async ({ locals: { visitor }, request, url }) => {
	const session = await visitor.session();
	const mayBegin = may(session && { id: session.person, role: session.role }, 'begin direct messages', undefined);
	// A refused form returns its text to everybody, also without a right.
	if (request.method === 'POST') return { to: '', names: mayBegin ? await offered() : [] };
	if (!session) redirect(303, `${resolve('/signin')}?next=${encodeURIComponent(url.pathname + url.search)}`);
	if (!mayBegin) error(403, NO_DIRECT_BY_GUESTS);
	const ids = url.searchParams.getAll('to').filter((id) => PERSON_ID.test(id));
	const named = await Promise.all(ids.slice(0, MAX_DIRECT_PEOPLE).map((id) => readPerson(store, id)));
	return { to: named.flatMap((person) => person?.name ?? []).join(', '), names: await offered() };
};

async function present() {
	return (await people.all()).filter(({ gone }) => !gone);
}

async function offered(): Promise<string[]> {
	const all = await present();
	return all.length > MAX_NAMES_FOR_BROWSER ? [] : all.map(({ name }) => name);
}

export const actions: Actions = {
	start: async (event) => {
		const to = textField(await readForm(event.request), 'to');
		return memberAction(
			event,
			{
				refusal: (error) => ({ start: { error, to } }),
				noSession: messageRefusals['no-session'],
				limit: (person) => throttle.direct(person)
			},
			async ({ session, refused }) => {
				const { person: by, role } = session;
				if (!may({ id: by, role }, 'begin direct messages', undefined)) return refused(403, NO_DIRECT_BY_GUESTS);
				const found = recipients(to, await present());
				if (!found.ok) {
					switch (found.because) {
						case 'no-such-person':
							return refused(422, recipientRefusals[found.because](found.typed));
						case 'several-people':
							return refused(422, recipientRefusals[found.because](found.typed, found.names));
						default:
							return refused(422, recipientRefusals[found.because]);
					}
				}
				const others = found.people.map(({ id }) => id);
				const { isBegun, closed } = await directState(store, { by, others });
				// A conversation that there is can be read all the same.
				if (closed && !isBegun) return refused(403, recipientRefusals[closed](found.people[0]?.name ?? ''));
				const started = await startDirect(store, { by, others }, Date.now());
				if (started.ok) redirect(303, roomAddress(started.room.slug));
				return started.because === 'no-such-person'
					? refused(422, recipientRefusals['no-such-person'](to))
					: refused(422, recipientRefusals['too-many-people']);
			}
		);
	}
};
