import { isHttpError, type RequestEvent } from '@sveltejs/kit';
import { CLIENT_ID } from '../chat/draft.ts';
import { personNameRefusals, STORE_AWAY, tooFast } from '../chat/refusals.ts';
import { join, makeSignIn } from './people.ts';
import { store } from './store.ts';
import { throttle } from './throttle.ts';

/** What the form shows again when joining is refused. */
export interface JoinRefusal {
	status: number;
	error: string;
	name: string;
	/** The store did not say whether it was done: asked for again, it is the same join. */
	formId?: string;
}

/** The join form of every page: claims the name, opens the session, and keeps the sign-in link for the next page. */
export async function joinByForm(event: RequestEvent, form: FormData): Promise<JoinRefusal | undefined> {
	const name = textField(form, 'name');
	const formId = textField(form, 'formId');
	const seconds = throttle.enter(event.getClientAddress());
	if (seconds > 0) {
		event.setHeaders({ 'retry-after': String(seconds) });
		return { status: 429, error: tooFast(seconds), name };
	}
	if (!CLIENT_ID.test(formId)) return { status: 400, error: 'This form is damaged. Open the page again.', name };
	try {
		const now = Date.now();
		const joined = await join(store, { typed: name, formId }, now);
		if (!joined.ok) {
			return { status: joined.because === 'taken' ? 409 : 422, error: personNameRefusals[joined.because], name };
		}
		await event.locals.visitor.enter(joined.person, now);
		event.locals.visitor.keepSignInLink(await makeSignIn(store, joined.person.id, now));
	} catch (reason) {
		// The name may be claimed already: under another id it would be taken, and its owner would have no way in.
		if (isHttpError(reason, 503)) return { status: 503, error: STORE_AWAY, name, formId };
		throw reason;
	}
	return undefined;
}

/** A field's text; a file, or nothing, is no text. */
export function textField(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}
