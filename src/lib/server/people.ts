import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { keys } from '../chat/keys.ts';
import { personName, type NameRefusal } from '../chat/name.ts';
import { Person, SignIn } from '../chat/person.ts';
import { claim } from './claims.ts';
import { digest, idFrom, secret } from './ids.ts';
import { parsed } from './parsed.ts';

export type Joined = { ok: true; person: Person } | { ok: false; because: NameRefusal | 'taken' };

/** A join form that is posted again opens the same person for so long, in milliseconds; afterwards the name is taken. */
const REPEATS = 10 * 60_000;

/**
 * Claims a name and makes its person. A form posted twice (`formId` is the same, and secret) gets the same person both
 * times, so that a double click does not find its own name taken.
 */
export async function join(
	store: Hpkv,
	{ typed, formId }: { typed: string; formId: string },
	now: number
): Promise<Joined> {
	const name = personName(typed);
	if (!name.ok) return name;
	const mine: Person = { id: idFrom(`person ${formId} ${name.folded}`), name: name.name, createdAt: now };
	const person = Person.parse(await claim(store, keys.name(digest(name.folded)), mine));
	if (person.id !== mine.id || now - person.createdAt > REPEATS) return { ok: false, because: 'taken' };
	if ((await store.get(keys.person(person.id))) === undefined) {
		await store.set(keys.person(person.id), JSON.stringify(person));
	}
	return { ok: true, person };
}

/** Makes a private link's secret: whoever has it may sign in as this person, any number of times. */
export async function makeSignIn(store: Hpkv, person: string, now: number): Promise<string> {
	const token = secret();
	const signIn: SignIn = { person, createdAt: now };
	await store.set(keys.signIn(digest(token)), JSON.stringify(signIn));
	return token;
}

/** Whose sign-in link this is. */
export async function whoSignsIn(store: Hpkv, token: string): Promise<Person | undefined> {
	const signIn = parsed(SignIn, await store.get(keys.signIn(digest(token))));
	return signIn && parsed(Person, await store.get(keys.person(signIn.person)));
}
