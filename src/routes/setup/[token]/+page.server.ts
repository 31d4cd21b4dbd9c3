import { error, fail, redirect } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { CLOSED, JOINING, READING } from '$lib/chat/place/place.ts';
import { placeName, roomName } from '$lib/chat/people/name.ts';
import {
	FORM_DAMAGED,
	passwordRefusals,
	personNameRefusals,
	placeNameRefusals,
	roomNameRefusals,
	tooFast
} from '$lib/chat/text/error-texts.ts';
import { firstCredentials } from '$lib/server/credentials/first-credentials.ts';
import { addOwner } from '$lib/server/people/owners.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { config } from '$lib/server/runtime/config.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { log } from '$lib/server/runtime/log.ts';
import { AWAY, unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { audit, settings, store, throttle } from '$lib/server/services.ts';
import { isSetupOpen, setUp, setupPerson } from '$lib/server/setup/setup.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { roomAddress } from '../../address.ts';
import type { Actions, PageServerLoad, RequestEvent } from './$types';

const CLOSED_LINK = 'This set-up link doesn’t work. It is wrong, or the place is already set up.';

const isOpen = (token: string) => isSetupOpen(store, token, config.setupToken);

export const load: PageServerLoad = async ({ params, locals }) => {
	if (!(await isOpen(params.token))) error(404, CLOSED_LINK);
	const { name, joining, reading } = await settings.fresh();
	// Whoever upgrades, or tried Parley first, may be somebody here already.
	const me = await locals.visitor.session();
	return { formId: randomId(), place: { name, joining, reading }, pins: settings.pins, signedIn: me !== undefined };
};

const oneOf = <T extends string>(values: readonly T[], typed: string): T | undefined =>
	values.find((value) => value === typed);

interface Typed {
	name: string;
	place: string;
	joining: string;
	reading: string;
	room: string;
	formId: string;
}

export const actions: Actions = {
	setup: async (event) => {
		const form = await readForm(event.request);
		const typed: Typed = {
			name: textField(form, 'name'),
			place: textField(form, 'place'),
			joining: textField(form, 'joining') || CLOSED.joining,
			reading: textField(form, 'reading') || CLOSED.reading,
			room: textField(form, 'room'),
			formId: textField(form, 'formId')
		};
		const refused = (status: number, field: Field, error: string, more?: { retryAfter: number }) =>
			fail(status, { setup: { typed, field, error }, ...more });
		return unlessStoreAway(
			() => perform(event, typed, textField(form, 'password'), refused),
			() => refused(AWAY.status, 'form', AWAY.error)
		);
	},

	/** Makes the signed-in person the owner; the settings stay as they are. */
	own: async (event) => {
		const session = await event.locals.visitor.session();
		if (!session) error(401, 'You aren’t signed in. Sign in, then open the link again.');
		const seconds = await tooEarly(event);
		if (seconds > 0) return fail(429, { error: tooFast(seconds), ...wait(event, seconds) });
		const { person: id, name, role } = session;
		const isOwner = await audit.during(
			{ id, name, address: addressOf(event) },
			{ act: 'role', person: { id, name }, detail: `${role} → owner, by the set-up link` },
			async () => (await addOwner(store, id, id)).has(id),
			(isOwner) => (isOwner ? 'done' : 'refused')
		);
		if (!isOwner) error(404, CLOSED_LINK);
		log('info', 'setup', { by: id });
		redirect(303, resolve('/operator'));
	}
};

type Field = keyof Typed | 'password' | 'form';

/** Throws 404 where the link opens nothing. @returns the seconds until a retry */
async function tooEarly(event: RequestEvent): Promise<number> {
	const attempt = throttle.signIn(addressOf(event));
	if (attempt.seconds > 0) return attempt.seconds;
	if (await isOpen(event.params.token)) return 0;
	attempt.refused();
	error(404, CLOSED_LINK);
}

async function perform<Refused>(
	event: RequestEvent,
	typed: Typed,
	password: string,
	refused: (status: number, field: Field, error: string, more?: { retryAfter: number }) => Refused
) {
	const seconds = await tooEarly(event);
	if (seconds > 0) return refused(429, 'form', tooFast(seconds), wait(event, seconds));
	const joining = oneOf(JOINING, typed.joining);
	const reading = oneOf(READING, typed.reading);
	if (!CLIENT_ID.test(typed.formId) || !joining || !reading) return refused(400, 'form', FORM_DAMAGED);
	const place = placeName(typed.place);
	if (!place.ok) return refused(422, 'place', placeNameRefusals[place.because]);
	const room = roomName(typed.room);
	if (!room.ok) return refused(422, 'room', roomNameRefusals[room.because]);

	const now = Date.now();
	const { formId } = typed;
	const first = await firstCredentials(store, { person: setupPerson(formId), password, formId }, now);
	if (!first.ok) return refused(422, 'password', passwordRefusals[first.because]);
	const done = await setUp(store, { ...typed, place: place.name, joining, reading, room: room.name }, now);
	if (!done.ok && 'because' in done) {
		return refused(done.because === 'taken' ? 409 : 422, 'name', personNameRefusals[done.because]);
	}
	if (!done.ok) return refused(409, 'form', `${done.by} already set up this place. Ask for an invitation.`);
	const { person, generation } = done.joined;
	log('info', 'setup', { by: person.id });
	const { visitor } = event.locals;
	await visitor.enter(person, generation, now);
	if (first.codes) visitor.keepOnce('recovery-codes', first.codes.join());
	redirect(303, done.room ? roomAddress(done.room) : resolve('/'));
}
