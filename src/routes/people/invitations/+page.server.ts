import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { MAX_INVITED_ROOMS, ROOMS_ON_PAGE } from '$lib/chat/limits.ts';
import { may } from '$lib/chat/people/permissions.ts';
import type { SignedIn } from '$lib/chat/people/person.ts';
import {
	FORM_DAMAGED,
	invitationRefusals,
	messageRefusals,
	NO_SUCH_PAGE,
	NOT_AN_INVITER
} from '$lib/chat/text/error-texts.ts';
import { invitedPeople } from '$lib/server/joining/invited-people.ts';
import {
	isInvitationForm,
	listInvitations,
	makeInvitation,
	readInvitation,
	revokeInvitation,
	type ListedInvitation
} from '$lib/server/joining/invitations.ts';
import { readPerson } from '$lib/server/people/standing.ts';
import { qrPicture } from '$lib/server/qr/qr.ts';
import { readableRooms } from '$lib/server/rooms/access.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField } from '$lib/server/runtime/forms.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { audit, directory, settings, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const DAY_MS = 24 * 60 * 60_000;

/** Undefined: it does not expire. */
const LIFETIMES: Record<string, number | undefined> = {
	day: DAY_MS,
	week: 7 * DAY_MS,
	month: 30 * DAY_MS,
	never: undefined
};
const USES = ['1', '5', '25', '100'];

const HERE = '/people/invitations';

const actorOf = ({ person: id, role }: SignedIn) => ({ id, role });

/** The time from which on a page of the list begins, which a link of the page before says. */
const beginning = ({ searchParams }: URL) => {
	const text = searchParams.get('from') ?? '';
	return /^\d{1,13}$/.test(text) ? Number(text) : undefined;
};

export const load: PageServerLoad = async ({ locals, url, untrack, setHeaders }) => {
	// The compressed length could reveal the links: see src/host/compression.ts.
	setHeaders({ 'cache-control': 'private, no-store, no-transform' });
	const [session, place] = await Promise.all([locals.visitor.session(), settings.now()]);
	if (!session) redirect(303, resolve('/'));
	const everybodys = may(actorOf(session), 'operate place', undefined);
	const now = Date.now();
	const from = beginning(url);
	const { person } = session;
	const by = everybodys ? undefined : person;
	const [rooms, list] = await Promise.all([
		readableRooms(store, locals.visitor, directory.recent()),
		listInvitations(store, { by, from: from ?? now, place }, now)
	]);
	const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
	const origin = untrack(() => url.origin);
	return {
		formId: randomId(),
		everybodys,
		rooms: rooms
			.filter(({ archived, kind }) => !archived && kind === undefined)
			.slice(0, ROOMS_ON_PAGE)
			.map(({ id, name }) => ({ id, name })),
		invitations: await Promise.all(list.invitations.map((one) => shown(one))),
		next: list.next,
		later: from !== undefined,
		placeName: place.name,
		now
	};

	async function shown(one: ListedInvitation) {
		const { id, role, until, uses, usesLeft, state, createdAt, maker } = one;
		const link = `${origin}/join/${id}`;
		return {
			id,
			asGuest: role === 'guest',
			until,
			uses,
			usesLeft,
			state,
			createdAt,
			by: maker && { name: maker.name, isMe: maker.id === person },
			rooms: one.rooms.flatMap((room) => nameOf.get(room) ?? []),
			people: await invitedPeople(store, one.winners),
			// Closed links lead nowhere.
			open: state === 'open' ? { link, qr: qrPicture(link) } : undefined
		};
	}
};

/** @param maker the id of the person who made the invitation */
async function audited(event: RequestEvent, { person, name }: SignedIn, maker: string, revoke: () => Promise<boolean>) {
	const known = await readPerson(store, maker);
	const by = { id: person, name, address: addressOf(event) };
	const what = { act: 'revoke-invitation', person: { id: maker, name: known?.name ?? maker } } as const;
	return audit.during(by, what, revoke, (isRevoked) => (isRevoked ? 'done' : 'refused'));
}

const readChoice = (form: FormData) => ({
	lifetime: textField(form, 'lifetime'),
	uses: textField(form, 'uses'),
	asGuest: form.get('guest') !== null,
	rooms: form.getAll('room').map(String)
});

export const actions: Actions = {
	invite: async (event) => {
		const form = await readForm(event.request);
		const choice = readChoice(form);
		const formId = textField(form, 'formId');
		const { lifetime, uses, asGuest } = choice;
		const rooms = [...new Set(choice.rooms)];
		return memberAction(
			event,
			{
				refusal: (error) => ({ invite: { ...choice, rooms: rooms.slice(0, ROOMS_ON_PAGE), formId, error } }),
				noSession: messageRefusals['no-session'],
				limit: (person) => throttle.invitation(person),
				damaged: () =>
					isInvitationForm(formId) && Object.hasOwn(LIFETIMES, lifetime) && USES.includes(uses)
						? undefined
						: { status: 400, error: FORM_DAMAGED }
			},
			async ({ session, refused }) => {
				const place = await settings.fresh();
				if (!may(actorOf(session), 'invite people', place)) return refused(403, NOT_AN_INVITER);
				if (rooms.length > MAX_INVITED_ROOMS) return refused(422, invitationRefusals['too-many-rooms']);
				const readable = await readableRooms(store, event.locals.visitor, directory.recent());
				// People are added to private rooms by name.
				const chosen = readable.filter(({ id, kind }) => kind === undefined && rooms.includes(id)).map(({ id }) => id);
				if (asGuest && chosen.length === 0) return refused(422, invitationRefusals['no-room']);
				const now = Date.now();
				const lasts = LIFETIMES[lifetime];
				const made = await makeInvitation(
					store,
					{
						by: session.person,
						role: asGuest ? 'guest' : 'member',
						rooms: chosen,
						until: lasts && now + lasts,
						uses: Number(uses),
						formId
					},
					now
				);
				if (made === undefined) return refused(409, invitationRefusals['too-many-open']);
				redirect(303, resolve(HERE));
			}
		);
	},

	revoke: async (event) => {
		const id = textField(await readForm(event.request), 'id');
		return memberAction(
			event,
			{
				refusal: (error) => ({ error }),
				noSession: messageRefusals['no-session'],
				limit: (person) => throttle.operatorAct(person)
			},
			async ({ session }) => {
				const actor = actorOf(session);
				const revoke = () => revokeInvitation(store, id, actor);
				const invitation = await readInvitation(store, id);
				// The log is of what operators do to others' invitations.
				const isOthers = invitation && invitation.by !== session.person && may(actor, 'operate place', undefined);
				const isRevoked = isOthers ? await audited(event, session, invitation.by, revoke) : await revoke();
				if (!isRevoked) error(404, NO_SUCH_PAGE);
				redirect(303, resolve(HERE));
			}
		);
	}
};
