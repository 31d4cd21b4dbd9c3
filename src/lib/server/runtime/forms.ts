import { error, fail, type ActionFailure, type RequestEvent } from '@sveltejs/kit';
import type { SignedIn } from '../../chat/people/person.ts';
import { FORM_DAMAGED, FORM_TOO_LONG, tooFast } from '../../chat/text/error-texts.ts';
import { RightsEnded } from '../rooms/checked-store.ts';
import type { Attempt } from './buckets.ts';
import { addressOf } from './client-address.ts';
import { AWAY, retryAfterSeconds, unlessStoreAway } from './store-away.ts';

const FORM = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/** Errors: 415 for another content type, 413 for a body that is too long, 400 for a damaged one. */
export async function readForm(request: Request): Promise<FormData> {
	if (!FORM.test(request.headers.get('content-type') ?? '')) error(415, FORM_DAMAGED);
	try {
		return await request.formData();
	} catch (reason) {
		if (isTooLong(reason)) error(413, FORM_TOO_LONG);
		error(400, FORM_DAMAGED);
	}
}

/** SvelteKit throws 413 while it reads a body without a declared length. */
const isTooLong = (reason: unknown): boolean =>
	reason instanceof Error && (('status' in reason && reason.status === 413) || isTooLong(reason.cause));

export function textField(form: FormData, name: string): string {
	const value = form.get(name);
	return typeof value === 'string' ? value : '';
}

/** @returns the delay for the form's script */
export function wait({ setHeaders }: Pick<RequestEvent, 'setHeaders'>, seconds: number): { retryAfter: number } {
	setHeaders({ 'retry-after': String(seconds) });
	return { retryAfter: seconds };
}

/** A refusal with its sentence. `more`: what this form's refusal carries beside the typed text. */
export type Refuse<Data, More> = (status: number, error: string, more?: More) => ActionFailure<Data>;

type Access = { ok: true; room: unknown } | { ok: false; status: number; error: string };
type Entry<Found extends Access> = Extract<Found, { ok: true }>;

export interface MemberForm<Data, More, Found extends Access = never> {
	/** The failure's data: the sentence and the typed text, so that no refusal loses it. */
	refusal: (error: string, more?: More) => Data;
	/** The sentence for a visitor who is not signed in, or what ends the request instead. */
	noSession: string | (() => never);
	/** Id of the person that the page was rendered for, if the form has it: a session posts no text of another person. */
	as?: string;
	/** Takes from the bucket. @returns the seconds until a retry, or an attempt */
	limit: (person: string, address: string) => number | Attempt;
	/** The sentence where the bucket is empty. */
	tooFast?: (seconds: number) => string;
	/** Checks the form's ids. @returns why they are refused */
	damaged?: () => { status: number; error: string; more?: More } | undefined;
	room?: () => Promise<Found>;
	/** Carried by the refusal if the store is away: the act may be done already, and a repeated form finds it. */
	ifAway?: More;
}

export interface Member<Data, More, Found extends Access = never> {
	session: SignedIn;
	entry: Entry<Found>;
	room: Entry<Found>['room'];
	refused: Refuse<Data, More>;
}

/** The checks of a form action in their order, then `act`. A refusal returns the typed text, also where the store is away. */
export function memberAction<Data extends object, Done, More = never, Found extends Access = never>(
	event: RequestEvent,
	form: MemberForm<Data, More, Found>,
	act: (member: Member<Data, More, Found>) => Promise<Done>
): Promise<Done | ActionFailure<Data> | ActionFailure<Data & { retryAfter: number }>> {
	let attempt: Attempt | undefined;
	const refused: Refuse<Data, More> = (status, error, more) => {
		attempt?.refused();
		return fail(status, form.refusal(error, more));
	};
	const perform = async () => {
		const session = await event.locals.visitor.session();
		if (!session || (form.as && form.as !== session.person))
			return typeof form.noSession === 'string' ? refused(401, form.noSession) : form.noSession();
		const taken = form.limit(session.person, addressOf(event));
		const seconds = typeof taken === 'number' ? taken : taken.seconds;
		if (seconds > 0) return fail(429, { ...form.refusal((form.tooFast ?? tooFast)(seconds)), ...wait(event, seconds) });
		if (typeof taken !== 'number') attempt = taken;
		const damage = form.damaged?.();
		if (damage) return refused(damage.status, damage.error, damage.more);
		const found = await form.room?.();
		if (found && !found.ok) return refused(found.status, found.error);
		try {
			return await act({ session, entry: found as Entry<Found>, room: found?.room, refused });
		} catch (reason) {
			// What the person had a right to when the form came, and no more.
			if (reason instanceof RightsEnded) return refused(reason.refusal.status, reason.refusal.error);
			throw reason;
		}
	};
	return unlessStoreAway(perform, (reason) => {
		const seconds = retryAfterSeconds(reason);
		const refusal = refused(AWAY.status, AWAY.error, form.ifAway);
		return seconds === undefined ? refusal : fail(refusal.status, { ...refusal.data, ...wait(event, seconds) });
	});
}
