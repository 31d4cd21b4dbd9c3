import { isHttpError, type RequestEvent } from '@sveltejs/kit';
import { CLIENT_ID } from '../../chat/messages/draft.ts';
import { personNameRefusals, STORE_AWAY, tooFast } from '../../chat/text/error-texts.ts';
import { join, makeSignIn } from './people.ts';
import { store } from '../storage/store.ts';
import { addressOf, throttle, wait } from '../runtime/throttle.ts';

/** What the form shows again when joining is refused. */
export interface JoinRefusal {
	status: number;
	error: string;
	name: string;
	/** The store did not say whether it was done: asked for again, it is the same join. */
	formId?: string;
	/** In how many seconds to try again. */
	retryAfter?: number;
}

/** The join form of every page: claims the name, opens the session, and keeps the sign-in link for the next page. */
export async function joinByForm(event: RequestEvent, form: FormData): Promise<JoinRefusal | undefined> {
	const name = textField(form, 'name');
	const formId = textField(form, 'formId');
	const attempt = throttle.join(addressOf(event));
	if (attempt.seconds > 0) {
		return { status: 429, error: tooFast(attempt.seconds), name, ...wait(event, attempt.seconds) };
	}
	const refused = (status: number, error: string, more: { formId?: string } = {}): JoinRefusal => {
		attempt.refused();
		return { status, error, name, ...more };
	};
	if (!CLIENT_ID.test(formId)) return refused(400, 'This form is damaged. Open the page again.');
	try {
		const now = Date.now();
		const joined = await join(store, { typed: name, formId }, now);
		if (!joined.ok) return refused(joined.because === 'taken' ? 409 : 422, personNameRefusals[joined.because]);
		if (joined.repeated) attempt.repeated();
		await event.locals.visitor.enter(joined.person, now);
		event.locals.visitor.keepSignInLink(await makeSignIn(store, joined.person.id, now));
	} catch (reason) {
		// The name may be claimed already: under another id it would be taken, and its owner would have no way in.
		if (isHttpError(reason, 503)) return refused(503, STORE_AWAY, { formId });
		throw reason;
	}
	return undefined;
}

/** A field's text; a file, or nothing, is no text. */
export function textField(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
