import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { foldPersonName, personName, type NameRefusal } from '../../chat/people/name.ts';
import { Person, SignIn } from '../../chat/people/person.ts';
import { digest, idFrom, secret } from '../storage/ids.ts';
import { groupOf, lookAlike, skeletonsOf } from './look-alikes.ts';
import { claimName, type NameKind } from './name-claims.ts';
import { readStanding } from './roles.ts';
import { parsed } from '../storage/parse-json.ts';

export type Joined = { ok: true; person: Person; repeated: boolean } | { ok: false; because: NameRefusal | 'taken' };

export const PEOPLE_NAMES: NameKind<Person> = {
	parse: (value) => Person.safeParse(value).data,
	spelling: (name) => keys.name(digest(foldPersonName(name))),
	group: (name) => keys.nameLook(digest(groupOf(name))),
	earlier: (name) => skeletonsOf(name).map((skeleton) => keys.name(digest(skeleton.toLowerCase()))),
	alike: lookAlike
};

/** A join form repeated within this many milliseconds opens the same person; afterwards the name is taken. */
const REPEATS = 10 * 60_000;

/** A repeated form (same secret `formId`) gets the same person, so a double click does not find the name taken. */
export async function join(
	store: Hpkv,
	{ typed, formId }: { typed: string; formId: string },
	now: number
): Promise<Joined> {
	const name = personName(typed);
	if (!name.ok) return name;
	const mine: Person = { id: idFrom(`person ${formId} ${name.folded}`), name: name.name, createdAt: now };
	const person = await claimName(store, PEOPLE_NAMES, mine);
	if (person.id !== mine.id || now - person.createdAt > REPEATS) return { ok: false, because: 'taken' };
	const repeated = (await store.get(keys.person(person.id))) !== undefined;
	if (!repeated) await store.set(keys.person(person.id), JSON.stringify(person));
	return { ok: true, person, repeated };
}

export type Renamed = { ok: true; name: string } | { ok: false; because: NameRefusal | 'taken' };

/** Earlier names stay the person's: earlier messages show them. A crash after the claim leaves the old name shown. */
export async function renamePerson(store: Hpkv, id: string, typed: string, now: number): Promise<Renamed> {
	const name = personName(typed);
	if (!name.ok) return name;
	const mine: Person = { id, name: name.name, createdAt: now };
	const holder = await claimName(store, PEOPLE_NAMES, mine);
	if (holder.id !== id) return { ok: false, because: 'taken' };
	await store.patch(keys.standing(id), JSON.stringify({ name: name.name }));
	return { ok: true, name: name.name };
}

export async function makeSignIn(store: Hpkv, person: string, now: number): Promise<string> {
	const token = secret();
	const signIn: SignIn = { person, createdAt: now };
	await store.set(keys.signIn(digest(token)), JSON.stringify(signIn));
	return token;
}

export async function whoSignsIn(store: Hpkv, token: string): Promise<Person | undefined> {
	const signIn = parsed(SignIn, await store.get(keys.signIn(digest(token))));
	if (!signIn) return undefined;
	const [record, standing] = await Promise.all([
		store.get(keys.person(signIn.person)),
		readStanding(store, signIn.person)
	]);
	const person = parsed(Person, record);
	return person && { ...person, name: standing.name ?? person.name };
}
