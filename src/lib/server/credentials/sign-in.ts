/** Signing in by a name and a secret. An unknown name and a wrong secret are told alike, after the same work. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { readPerson, type Known, isShutOut } from '../people/standing.ts';
import { verifyPassword } from './passwords.ts';
import { openRecoveryCode } from './recovery-codes.ts';
import { findPerson } from '../people/person-names.ts';

export type SignedInBy =
	/** With the generation that was read before the secret was checked: the session must be opened with it. */
	{ ok: true; person: Known; generation: string | undefined } | { ok: false; because: 'wrong' | 'busy' | 'blocked' };

const NOBODY = 'nobody';

export const signInByPassword = (
	store: Hpkv,
	{ name, password }: { name: string; password: string }
): Promise<SignedInBy> => signIn(store, name, (person) => verifyPassword(store, person, password));

export const signInByCode = (
	store: Hpkv,
	{ name, code, formId }: { name: string; code: string; formId: string },
	now: number
): Promise<SignedInBy> => signIn(store, name, (person) => openRecoveryCode(store, person, code, { formId, now }));

async function signIn(
	store: Hpkv,
	name: string,
	check: (person: string | undefined) => Promise<boolean | 'busy'>
): Promise<SignedInBy> {
	const found = await findPerson(store, name);
	const person = await readPerson(store, found?.id ?? NOBODY);
	const checked = await check(person?.id);
	if (!person || checked !== true) return { ok: false, because: checked === 'busy' ? 'busy' : 'wrong' };
	return admitted(person);
}

/** A blocked person learns so only with the right secret. */
export const admitted = (person: Known): SignedInBy =>
	isShutOut(person.standing)
		? { ok: false, because: 'blocked' }
		: { ok: true, person, generation: person.standing.generation };
