import { error, fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import type { ChatRoom } from '$lib/chat/rooms/room.ts';
import {
	FORM_DAMAGED,
	messageRefusals,
	NOBODY_AT_ALL,
	NO_INVITATION,
	passwordRefusals,
	personNameRefusals,
	tooFast,
	tooManySignIns
} from '$lib/chat/text/error-texts.ts';
import {
	addRoomsToGuest,
	idOfForm,
	invitedRooms,
	joinByInvitation,
	openInvitation,
	type LinkProblem
} from '$lib/server/joining/join-by-invitation.ts';
import { HASHING_BUSY_S } from '$lib/chat/limits.ts';
import { isHashingBusy } from '$lib/server/credentials/password-hash.ts';
import { stateOf } from '$lib/server/joining/invitations.ts';
import { hasBeenLetIn } from '$lib/server/rooms/memberships.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { AWAY, unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { writeLine } from '$lib/server/members/room-lines.ts';
import { events, settings, store, throttle } from '$lib/server/services.ts';
import { roomAddress } from '../../address.ts';
import type { Actions, PageServerLoad } from './$types';

/** Never cached, and never compressed beside the link: see src/host/compression.ts. */
const HEADERS = { 'cache-control': 'private, no-store, no-transform' };

/** One page for every link that lets nobody in. */
function nobodyComesIn(because: LinkProblem): never {
	if (because === 'closed') error(403, NOBODY_AT_ALL);
	error(404, NO_INVITATION);
}

/** A GET uses nothing up: mail scanners open links. */
export const load: PageServerLoad = async ({ locals, params, request, setHeaders }) => {
	setHeaders(HEADERS);
	// A refused form keeps its text, and its person the use that it has taken: the page is shown again as it was.
	const isRefusedForm = request.method === 'POST';
	return unlessStoreAway(
		async () => {
			const [place, session] = await Promise.all([settings.now(), locals.visitor.session()]);
			const open = await openInvitation(store, place, params.secret, Date.now());
			if (!open.ok) {
				if (isRefusedForm) return { formId: randomId() };
				nobodyComesIn(open.because);
			}
			const { invitation, maker, uses } = open;
			if (!isRefusedForm && stateOf(invitation, uses, Date.now()) !== 'open') nobodyComesIn('no-invitation');
			const { name, welcome } = place;
			const rooms = session ? await invitedRooms(store, place, open) : [];
			const isGuest = session?.role === 'guest';
			const isNew = await Promise.all(
				rooms.map(async ({ id }) => isGuest && !(await hasBeenLetIn(store, session.person, id)))
			);
			return {
				formId: randomId(),
				invitation: { place: name, welcome, by: maker.name, asGuest: invitation.role === 'guest' },
				rooms: rooms.filter((_, i) => !isGuest || !isNew[i]).map(({ name, slug }) => ({ name, slug })),
				newRooms: rooms.filter((_, i) => isNew[i]).map(({ name }) => name)
			};
		},
		(reason) => {
			if (!isRefusedForm) throw reason;
			return { formId: randomId() };
		}
	);
};

export const actions: Actions = {
	join: async (event) => {
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const formId = textField(form, 'formId');
		const invitation = event.params.secret;
		const attempt = throttle.join(addressOf(event));
		// With every refusal: the same form is the same person and the same use.
		const refusal = (error: string, field?: 'password') => ({ join: { name, formId, error, field } });
		if (attempt.seconds > 0) {
			return fail(429, { ...refusal(tooFast(attempt.seconds)), ...wait(event, attempt.seconds) });
		}
		const refused = (status: number, ...why: Parameters<typeof refusal>) => {
			attempt.refused();
			return fail(status, refusal(...why));
		};
		if (!CLIENT_ID.test(formId)) return refused(400, FORM_DAMAGED);
		if (textField(form, 'password') !== '' && isHashingBusy()) {
			attempt.repeated();
			return fail(429, { ...refusal(tooManySignIns(HASHING_BUSY_S)), ...wait(event, HASHING_BUSY_S) });
		}
		const enter = async () => {
			const now = Date.now();
			const session = await event.locals.visitor.session();
			// Somebody who is here already, and has opened the link in two tabs.
			if (session && session.person !== idOfForm(invitation, formId)) redirect(303, event.url.pathname);
			const place = await settings.heard();
			const typed = { typed: name, password: textField(form, 'password') };
			const heard = (await store.hearing.caughtUp()) ? store.recent : store;
			const joined = await joinByInvitation(store, place, { invitation, formId, ...typed }, now, heard);
			if (!joined.ok) {
				const { link, name, password } = joined;
				if (name) return refused(name === 'taken' ? 409 : 422, personNameRefusals[name]);
				if (password) return refused(422, passwordRefusals[password], 'password');
				attempt.repeated();
				return answerUnknown(event, link, refusal);
			}
			if (joined.repeated) {
				attempt.repeated();
				const seconds = throttle.session(joined.person.id);
				if (seconds > 0) return fail(429, { ...refusal(tooFast(seconds)), ...wait(event, seconds) });
			}
			const later = (work: () => Promise<unknown>) => events.later('joined', work);
			await event.locals.visitor.enter(joined.person, joined.generation, now, joined.repeated ? undefined : later);
			if (joined.codes) event.locals.visitor.keepOnce('recovery-codes', joined.codes.join());
			await tellRooms(joined, joined.person.name);
			redirect(303, addressAfter(joined.rooms));
		};
		return unlessStoreAway(enter, () => refused(AWAY.status, AWAY.error));
	},

	/** Adds the rooms of the invitation to those of a guest who is here already. */
	rooms: (event) =>
		memberAction(
			event,
			{
				refusal: (error) => ({ error }),
				noSession: messageRefusals['no-session'],
				limit: (person) => throttle.invitation(person)
			},
			async ({ session }) => {
				if (session.role !== 'guest') redirect(303, resolve('/'));
				const place = await settings.fresh();
				const { person, name } = session;
				const added = await addRoomsToGuest(store, place, { invitation: event.params.secret, person }, Date.now());
				if (!added.ok) nobodyComesIn(added.because);
				await tellRooms(added, name);
				redirect(303, addressAfter(added.rooms));
			}
		)
};

async function tellRooms({ entered, by }: { entered: readonly ChatRoom[]; by: string }, name: string): Promise<void> {
	for (const { id } of entered) await writeLine(store, events, id, { did: 'invited', by, name }, Date.now);
}

const addressAfter = ([room]: readonly ChatRoom[]) => (room ? roomAddress(room.slug) : resolve('/'));

/** A link that is guessed costs a try. */
function answerUnknown<T>(event: RequestEvent, because: LinkProblem, refusal: (error: string) => T) {
	const seconds = throttle.refusedLink(addressOf(event));
	if (seconds > 0) return fail(429, { ...refusal(tooFast(seconds)), ...wait(event, seconds) });
	return nobodyComesIn(because);
}
