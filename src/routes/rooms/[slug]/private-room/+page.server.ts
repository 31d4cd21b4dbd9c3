import { error, redirect } from '@sveltejs/kit';
import { CLIENT_ID, dayOf } from '$lib/chat/messages/draft.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { FORM_DAMAGED, messageRefusals, NO_NEW_ROOMS, NO_SUCH_ROOM } from '$lib/chat/text/error-texts.ts';
import { othersIn } from '$lib/server/direct/direct-title.ts';
import type { Visitor } from '$lib/server/people/visitor.ts';
import { roomFor, type RoomAccess } from '$lib/server/rooms/access.ts';
import { roomOfGroup } from '$lib/server/members/group-room.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { events, people, posts, settings, store, throttle } from '$lib/server/services.ts';
import { idFrom, randomId } from '$lib/server/storage/ids.ts';
import { roomAddress } from '../../../address.ts';
import type { Actions, PageServerLoad } from './$types';

/** Direct messages of three people or more. */
async function groupFor(visitor: Visitor, slug: string): Promise<RoomAccess> {
	const found = await roomFor(store, visitor, slug, 'read');
	const isGroup = found.ok && found.kind === 'direct' && (found.room.people ?? []).length > 2;
	return !found.ok || isGroup ? found : { ok: false, status: 404, error: NO_SUCH_ROOM };
}

export const load: PageServerLoad = async ({ params, locals: { visitor }, request }) => {
	const [found, session] = await Promise.all([groupFor(visitor, params.slug), visitor.session()]);
	if (!found.ok) error(found.status, found.error);
	const actor = session && { id: session.person, role: session.role };
	// A refused form returns its text.
	const mayCreate = request.method === 'POST' || may(actor, 'create room', await visitor.place());
	if (!mayCreate) error(403, NO_NEW_ROOMS);
	const others = othersIn(found.room.people ?? [], session?.person ?? '');
	return { slug: params.slug, names: await people.namesOf(others), formId: randomId() };
};

export const actions: Actions = {
	create: async (event) => {
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const formId = textField(form, 'formId');
		return memberAction(
			event,
			{
				refusal: (error, more: { formId?: string } = {}) => ({ create: { error, name, ...more } }),
				noSession: messageRefusals['no-session'],
				limit: (person, address) => throttle.roomName(person, address),
				damaged: () => (CLIENT_ID.test(formId) ? undefined : { status: 400, error: FORM_DAMAGED }),
				room: () => groupFor(event.locals.visitor, event.params.slug),
				// The room may exist already. With the same form id, a retry goes on with it.
				ifAway: { formId }
			},
			async ({ session, room: group, refused }) => {
				const { person } = session;
				if (!may({ id: person, role: session.role }, 'create room', await settings.fresh()))
					return refused(403, NO_NEW_ROOMS);
				const now = Date.now();
				const asked = { group: { id: group.id, people: group.people }, typed: name, person, formId };
				const made = await roomOfGroup(store, events, event.locals.visitor, asked, now);
				if (!made.ok) return refused(made.status, made.error);
				const { entry } = made;
				const room = entry.room.id;
				// Its first message, once however often the form is sent.
				const { pathname } = new URL(roomAddress(event.params.slug), event.url);
				const draft = {
					...{ room, person, sender: session.name, sendId: idFrom(`first message ${room}`), day: dayOf(now) },
					message: `This room goes on from [our direct messages](${pathname}).`
				};
				await posts.post(draft, entry);
				redirect(303, roomAddress(entry.room.slug));
			}
		);
	}
};
