import { fail, redirect, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import { resolve } from '$app/paths';
import { CLIENT_ID } from '$lib/chat/messages/draft.ts';
import type { SignedIn } from '$lib/chat/people/person.ts';
import {
	FORM_DAMAGED,
	passkeyRefusals,
	passwordRefusals,
	signInRefusals,
	tooManyGuesses,
	tooManySignIns
} from '$lib/chat/text/error-texts.ts';
import { endAllDevices, endDevice, listDevices } from '$lib/server/credentials/devices.ts';
import { nextPath } from '$lib/server/credentials/next-path.ts';
import {
	addPasskey,
	listPasskeys,
	refusalOfPasskeys,
	registrationOptions,
	removePasskey,
	siteOf
} from '$lib/server/credentials/passkeys.ts';
import { hasPassword, refusalOfPassword, setPassword, verifyPassword } from '$lib/server/credentials/passwords.ts';
import { codesLeft, makeRecoveryCodes } from '$lib/server/credentials/recovery-codes.ts';
import { listSignInLinks, makeSignInLink, revokeSignInLink } from '$lib/server/credentials/sign-in-links.ts';
import { HASHING_BUSY_S, RECOVERY_PASSWORD_MS, RECOVERY_TOLD_MS } from '$lib/chat/limits.ts';
import { deviceOf } from '$lib/server/people/device.ts';
import { qrPicture } from '$lib/server/qr/qr.ts';
import { addressOf } from '$lib/server/runtime/client-address.ts';
import { memberAction, readForm, textField, wait, type Member } from '$lib/server/runtime/forms.ts';
import { randomId } from '$lib/server/storage/ids.ts';
import { settings, store, throttle } from '$lib/server/services.ts';
import type { Actions, PageServerLoad } from './$types';

const HERE = '/you/sign-in';

const isRecent = (time: number | undefined, milliseconds: number) =>
	time !== undefined && Date.now() - time <= milliseconds;

export const load: PageServerLoad = async ({ locals, url, parent }) => {
	const { visitor } = locals;
	const session = await visitor.session();
	if (!session) redirect(303, resolve('/signin'));
	const { person, name, recoveredAt } = session;
	const now = Date.now();
	const noPasskeys = refusalOfPasskeys(url);
	const [devices, links, passkeys, password, codes, options, { signInLink }] = await Promise.all([
		listDevices(store, session, { mine: visitor.sessionDigest(), age: visitor.age(now) }),
		listSignInLinks(store, session, now),
		listPasskeys(store, person),
		hasPassword(store, person),
		codesLeft(store, person),
		noPasskeys ? undefined : passkeyOptions(session, url, now),
		parent()
	]);
	return {
		name,
		now,
		devices,
		links,
		passkeys,
		hasPassword: password,
		asksCurrent: password && !isRecent(recoveredAt, RECOVERY_PASSWORD_MS),
		recoveredAt: isRecent(recoveredAt, RECOVERY_TOLD_MS) ? recoveredAt : undefined,
		codesLeft: codes,
		passkeyOptions: options,
		noPasskeys: noPasskeys && passkeyRefusals[noPasskeys],
		qr: signInLink && qrPicture(signInLink),
		formId: randomId(),
		/** Where a person goes on who has joined on the way there. */
		next: url.searchParams.has('next') ? nextPath(url.searchParams.get('next')) : undefined
	};
};

const passkeyOptions = async ({ person, name }: SignedIn, url: URL, now: number) =>
	registrationOptions(store, { person, name, placeName: (await settings.now()).name }, siteOf(url), now);

/** The parts of the page, by their ids. */
type Part = 'password' | 'passkeys' | 'codes' | 'device' | 'devices' | 'links';
interface Refusal {
	part: Part;
	error: string;
	/** The sentence is about the current password. */
	field?: 'current';
}

/** What the page says of what was done, with its address. */
type Done = 'set' | 'changed' | 'passkey' | 'passkey-removed' | 'revoked' | 'ended' | 'ended-others';

const backTo = (part: Part, done?: Done) => redirect(303, `${HERE}${done ? `?saved=${done}` : ''}#${part}`);

/** An action of this page, which leads back to its part of the page. @param act returns what was done, or a refusal */
function action(
	part: Part,
	limit: (person: string) => number,
	act: (
		event: RequestEvent,
		form: FormData,
		member: Member<{ refusal: Refusal }, { field?: 'current' }>
	) => Promise<ActionFailure<{ refusal: Refusal }> | Done | undefined>
) {
	return async (event: RequestEvent) => {
		const form = await readForm(event.request);
		return memberAction(
			event,
			{
				refusal: (error, more: { field?: 'current' } = {}): { refusal: Refusal } => ({
					refusal: { part, error, ...more }
				}),
				noSession: () => redirect(303, `${resolve('/signin')}?next=${HERE}`),
				limit
			},
			async (member) => {
				const acted = await act(event, form, member);
				return typeof acted === 'object' ? acted : backTo(part, acted);
			}
		);
	};
}

const changes = (person: string) => throttle.credential(person);

async function endOthers(event: RequestEvent, { person, name, createdAt }: SignedIn): Promise<void> {
	const generation = await endAllDevices(store, person);
	await event.locals.visitor.enterAgain({ id: person, name, createdAt }, generation, Date.now());
}

const GONE = 'This one had already ended.';

export const actions: Actions = {
	password: action('password', changes, async (event, form, { session, refused }) => {
		const { person, recoveredAt } = session;
		const typed = textField(form, 'password');
		const refusal = refusalOfPassword(typed);
		const had = await hasPassword(store, person);
		// A recovery has ended all sessions: this one was opened by it, or since.
		if (had && !isRecent(recoveredAt, RECOVERY_PASSWORD_MS)) {
			const guess = throttle.guess(session.name, addressOf(event));
			const later = (error: string, seconds: number) => {
				const refusal: Refusal = { part: 'password', error };
				return fail(429, { refusal, ...wait(event, seconds) });
			};
			if (guess.seconds > 0) return later(tooManyGuesses(guess.seconds), guess.seconds);
			const verified = await verifyPassword(store, person, textField(form, 'current'));
			if (verified === 'busy') return later(tooManySignIns(HASHING_BUSY_S), HASHING_BUSY_S);
			if (!verified) return refused(403, signInRefusals['current-password'], { field: 'current' });
			guess.right();
		}
		if (refusal) return refused(422, passwordRefusals[refusal]);
		// Before the sessions end: one that began with the old password must end too.
		await setPassword(store, person, typed, Date.now());
		if (had) await endOthers(event, session);
		return had ? 'changed' : 'set';
	}),

	passkey: action('passkeys', changes, async (event, form, { session, refused }) => {
		const impossible = refusalOfPasskeys(event.url);
		if (impossible) return refused(422, passkeyRefusals[impossible]);
		const { browser } = deviceOf(event.request.headers.get('user-agent'), '');
		const typed = textField(form, 'answer');
		const refusal = await addPasskey(store, { person: session.person, typed, browser }, siteOf(event.url), Date.now());
		return refusal ? refused(422, passkeyRefusals[refusal]) : 'passkey';
	}),

	removePasskey: action('passkeys', changes, async (_, form, { session, refused }) => {
		const isRemoved = await removePasskey(store, session.person, idIn(form));
		return isRemoved ? 'passkey-removed' : refused(404, GONE);
	}),

	codes: action('codes', changes, async (event, form, { session, refused }) => {
		const formId = textField(form, 'formId');
		if (!CLIENT_ID.test(formId)) return refused(400, FORM_DAMAGED);
		const codes = await makeRecoveryCodes(store, session.person, formId, Date.now());
		event.locals.visitor.keepOnce('recovery-codes', codes.join());
		return undefined;
	}),

	link: action('device', throttle.signInLink, async (event, _, { session }) => {
		event.locals.visitor.keepOnce('sign-in-link', await makeSignInLink(store, session.person, 'device', Date.now()));
		return undefined;
	}),

	revoke: action('links', changes, async (_, form, { session, refused }) => {
		const isRevoked = await revokeSignInLink(store, session.person, idIn(form));
		return isRevoked ? 'revoked' : refused(404, GONE);
	}),

	endSession: action('devices', changes, async (event, form, { session, refused }) => {
		const { visitor } = event.locals;
		const id = idIn(form);
		if (id === visitor.sessionDigest()) {
			await visitor.leave();
			redirect(303, resolve('/'));
		}
		const isEnded = await endDevice(store, session.person, id, visitor.age(Date.now()));
		return isEnded ? 'ended' : refused(404, GONE);
	}),

	endOthers: action('devices', changes, async (event, _, { session }) => {
		await endOthers(event, session);
		return 'ended-others';
	})
};

/** A digest; anything else names nothing. */
function idIn(form: FormData): string {
	const id = textField(form, 'id');
	return /^[0-9a-f]{64}$/.test(id) ? id : 'unknown';
}
