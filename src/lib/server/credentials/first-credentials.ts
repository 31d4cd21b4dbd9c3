/** The way back in that everybody gets who joins: the password that they chose, or else recovery codes. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { hasPassword, refusalOfPassword, setPassword, type PasswordRefusal } from './passwords.ts';
import { codesOf, makeRecoveryCodes } from './recovery-codes.ts';

export interface FirstCredentials {
	person: string;
	/** As typed; empty for a person who wants none. */
	password: string;
	/** Random, and known to this form alone: the form posted twice makes the same codes. */
	formId: string;
	/** Whether no try of the form came before: then the person has neither. */
	isFirst?: boolean;
}

/** `codes`: to be shown to the person, now or never. Undefined where there is a password. */
export type FirstCredentialsMade = { ok: true; codes: string[] | undefined } | { ok: false; because: PasswordRefusal };

/** What {@link firstCredentials} would refuse: asked before a name is claimed, which cannot be given back. */
export const refusalOfFirstPassword = (password: string): PasswordRefusal | undefined =>
	password === '' ? undefined : refusalOfPassword(password);

/** In `before` of a join: a crash must leave nobody without a way back. A repeated form gives the same codes unless they were replaced. */
export async function firstCredentials(
	store: Hpkv,
	{ person, password, formId, isFirst = false }: FirstCredentials,
	now: number
): Promise<FirstCredentialsMade> {
	if (password === '') {
		if (isFirst) return { ok: true, codes: await makeRecoveryCodes(store, person, formId, now) };
		const [known, hasOne] = await Promise.all([codesOf(store, person, formId), hasPassword(store, person)]);
		const codes = known === 'none' && !hasOne ? await makeRecoveryCodes(store, person, formId, now) : known;
		return { ok: true, codes: Array.isArray(codes) ? codes : undefined };
	}
	if (!isFirst && (await hasPassword(store, person))) return { ok: true, codes: undefined };
	const because = await setPassword(store, person, password, now);
	return because ? { ok: false, because } : { ok: true, codes: undefined };
}
