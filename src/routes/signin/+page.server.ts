import { fail, redirect, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { SHARE_PATH } from '$lib/chat/composer/share.ts';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import { HASHING_BUSY_S } from '$lib/chat/limits.ts';
import {
	FORM_DAMAGED,
	NO_INVITATION_LINK,
	passkeyRefusals,
	shareWaits,
	signInRefusals,
	tooFast,
	tooManyGuesses,
	tooManySignIns
} from '$lib/chat/text/error-texts.ts';
import { nextPath } from '$lib/server/credentials/next-path.ts';
import { authenticationOptions, refusalOfPasskeys, signInByPasskey, siteOf } from '$lib/server/credentials/passkeys.ts';
import { signInByCode, signInByPassword, type SignedInBy } from '$lib/server/credentials/sign-in.ts';
import { joinByForm } from '$lib/server/joining/join-form.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { readForm, textField, wait } from '$lib/server/runtime/forms.ts';
import { AWAY, unlessStoreAway } from '$lib/server/runtime/store-away.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { events, settings, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
	const next = nextPath(url.searchParams.get('next'));
	if (await locals.visitor.session()) redirect(303, next);
	const { name, welcome, joining } = await settings.now();
	const passkeys = refusalOfPasskeys(url) ? undefined : await authenticationOptions(store, siteOf(url), Date.now());
	return {
		place: { name, welcome, joining },
		next,
		passkeys,
		formId: randomId(),
		shared: sharedIn(new URL(next, url))
	};
};

/** What waits while the person signs in, in a sentence: an address of the page for shares carries its text. */
function sharedIn({ pathname, searchParams }: URL): string | undefined {
	if (pathname !== SHARE_PATH) return undefined;
	const [hasText, lost] = [searchParams.has('text'), searchParams.has('lost')];
	return [hasText && shareWaits.text, lost && shareWaits.files].filter(Boolean).join(' ') || undefined;
}

/** Pages that show the recovery codes of somebody who has just joined. Any other page comes after them: the codes are shown once. */
const SHOWS_CODES = /^\/(rooms\/[^/?]+|you|you\/sign-in)?(\?|$)/;

/** The form whose refusal it is, so that the page shows the sentence there. Never what was typed as a secret. */
type SignInForm = 'password' | 'code' | 'passkey';
interface Refusal {
	form: SignInForm;
	name: string;
	error: string;
	/** Set if the store's answer was lost: the repeated form is the same use of a code. */
	formId?: string;
}

async function signIn(
	event: RequestEvent,
	fields: { form: SignInForm; name: string; next: string; formId?: string },
	check: () => Promise<SignedInBy>
) {
	const { form, name, next, formId } = fields;
	const refused = (status: number, error: string, more: Partial<Refusal> = {}) => {
		const refusal: Refusal = { form, name, error, ...more };
		return fail(status, { refusal });
	};
	const later = (status: number, error: string, seconds: number) => {
		const refusal: Refusal = { form, name, error, formId };
		return fail(status, { refusal, ...wait(event, seconds) });
	};
	const guess = throttle.guess(name, addressOf(event));
	if (guess.seconds > 0) return later(429, tooManyGuesses(guess.seconds), guess.seconds);
	const enter = async () => {
		const now = Date.now();
		const signedIn = await check();
		if (!signedIn.ok) {
			const { because } = signedIn;
			if (because === 'busy') return later(429, tooManySignIns(HASHING_BUSY_S), HASHING_BUSY_S);
			return because === 'wrong' ? refused(403, signInRefusals[form]) : refused(403, signInRefusals.blocked);
		}
		const seconds = throttle.session(signedIn.person.id);
		if (seconds > 0) return later(429, tooFast(seconds), seconds);
		// Only now: the work of a password that opens no session counts as a guess.
		guess.right();
		await event.locals.visitor.enter(signedIn.person, signedIn.generation, now);
		return redirect(303, next);
	};
	return unlessStoreAway(enter, () => refused(AWAY.status, AWAY.error, { formId }));
}

export const actions: Actions = {
	password: async (event) => {
		const form = await readForm(event.request);
		const name = textField(form, 'name');
		const password = textField(form, 'password');
		const fields = { form: 'password' as const, name, next: nextPath(event.url.searchParams.get('next')) };
		return signIn(event, fields, () => signInByPassword(store, { name, password }));
	},

	code: async (event) => {
		const form = await readForm(event.request);
		const [name, code, formId] = ['name', 'code', 'formId'].map((field) => textField(form, field)) as [
			string,
			string,
			string
		];
		const fields = { form: 'code' as const, name, next: nextPath(event.url.searchParams.get('next')), formId };
		if (!CLIENT_ID.test(formId)) {
			const refusal: Refusal = { form: 'code', name, error: FORM_DAMAGED };
			return fail(400, { refusal });
		}
		return signIn(event, fields, () => signInByCode(store, { name, code, formId }, Date.now()));
	},

	passkey: async (event) => {
		const answer = textField(await readForm(event.request), 'answer');
		const refusal = refusalOfPasskeys(event.url);
		const fields = { form: 'passkey' as const, name: '', next: nextPath(event.url.searchParams.get('next')) };
		if (refusal) return fail(422, { refusal: { ...fields, error: passkeyRefusals[refusal] } });
		return signIn(event, fields, () => signInByPasskey(store, answer, siteOf(event.url), Date.now()));
	},

	invitation: async (event) => {
		const seconds = throttle.preference(addressOf(event));
		const link = textField(await readForm(event.request), 'link').trim();
		const refused = (status: number, error: string) => fail(status, { invitation: { link, error } });
		if (seconds > 0) return fail(429, { invitation: { link, error: tooFast(seconds) }, ...wait(event, seconds) });
		const read = URL.parse(link, event.url);
		const [, secret] = /^\/join\/([\w-]{1,200})\/?$/.exec(read?.pathname ?? '') ?? [];
		if (!secret) return refused(422, NO_INVITATION_LINK);
		redirect(303, `${resolve('/')}join/${secret}`);
	},

	join: async (event) => {
		const form = await readForm(event.request);
		const refused = await joinByForm({ store, throttle, settings, events }, event, form);
		if (refused) return fail(refused.status, { join: refused, retryAfter: refused.retryAfter });
		const next = nextPath(event.url.searchParams.get('next'));
		const hasCodes = textField(form, 'password') === '';
		redirect(
			303,
			hasCodes && !SHOWS_CODES.test(next) ? `${resolve('/you/sign-in')}?next=${encodeURIComponent(next)}#codes` : next
		);
	}
};
