import type { RequestEvent } from '@sveltejs/kit';
import { CLIENT_ID } from '../../chat/messages/draft.ts';
import {
	FORM_DAMAGED,
	NOBODY_NEW,
	passwordRefusals,
	personNameRefusals,
	tooFast,
	tooManySignIns
} from '../../chat/text/error-texts.ts';
import {
	firstCredentials,
	refusalOfFirstPassword,
	type FirstCredentialsMade
} from '../credentials/first-credentials.ts';
import { isHashingBusy } from '../credentials/password-hash.ts';
import { HASHING_BUSY_S } from '../../chat/limits.ts';
import { joinOpenly } from '../people/people.ts';
import type { Events } from '../events.ts';
import type { PlaceSettings } from '../place/settings.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Buckets } from '../runtime/buckets.ts';
import { addressOf } from '../runtime/client-address.ts';
import { textField, wait } from '../runtime/forms.ts';
import { AWAY, unlessStoreAway } from '../runtime/store-away.ts';

export interface JoinRefusal {
	status: number;
	error: string;
	field?: 'password';
	name: string;
	/** Set if the store's answer was lost: the repeated form is the same join. */
	formId?: string;
	retryAfter?: number;
}

interface Services {
	store: Hpkv;
	throttle: Buckets;
	settings: PlaceSettings;
	events: Events;
}

export async function joinByForm(
	{ store, throttle, settings, events }: Services,
	event: RequestEvent,
	form: FormData
): Promise<JoinRefusal | undefined> {
	const name = textField(form, 'name');
	const password = textField(form, 'password');
	const formId = textField(form, 'formId');
	const attempt = throttle.join(addressOf(event));
	if (attempt.seconds > 0) {
		return { status: 429, error: tooFast(attempt.seconds), name, ...wait(event, attempt.seconds) };
	}
	const refused = (status: number, error: string, more: Pick<JoinRefusal, 'formId' | 'field'> = {}): JoinRefusal => {
		attempt.refused();
		return { status, error, name, ...more };
	};
	if (!CLIENT_ID.test(formId)) return refused(400, FORM_DAMAGED);
	if (password !== '' && isHashingBusy()) {
		attempt.repeated();
		return { status: 429, error: tooManySignIns(HASHING_BUSY_S), name, formId, ...wait(event, HASHING_BUSY_S) };
	}
	const refusal = refusalOfFirstPassword(password);
	if (refusal) return refused(422, passwordRefusals[refusal], { field: 'password' });
	const enter = async () => {
		const now = Date.now();
		const place = await settings.heard();
		if (place.joining !== 'open') return refused(403, NOBODY_NEW);
		let made: FirstCredentialsMade | undefined;
		const credentials = async ({ id }: { id: string }, isFirst = false) => {
			made = await firstCredentials(store, { person: id, password, formId, isFirst }, now);
		};
		const joined = await joinOpenly(store, { typed: name, formId, placeName: place.name, before: credentials }, now);
		if (!joined.ok) return refused(joined.because === 'taken' ? 409 : 422, personNameRefusals[joined.because]);
		if (joined.repeated) {
			attempt.repeated();
			const seconds = throttle.session(joined.person.id);
			if (seconds > 0) return { status: 429, error: tooFast(seconds), name, ...wait(event, seconds) };
		}
		// A repeated form, whose first answer was lost, shows the codes too.
		if (!made) await credentials(joined.person);
		const later = (work: () => Promise<unknown>) => events.later('joined', work);
		await event.locals.visitor.enter(joined.person, joined.generation, now, joined.repeated ? undefined : later);
		if (made?.ok && made.codes) event.locals.visitor.keepOnce('recovery-codes', made.codes.join());
		return undefined;
	};
	// The name may be claimed already. The retry needs the same form id, or the person would find their own name taken.
	return unlessStoreAway(enter, () => refused(AWAY.status, AWAY.error, { formId }));
}
