import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Session, type Person, type SignedIn } from '../../chat/people/person.ts';
import { digest, secret } from '../storage/ids.ts';
import { readStanding } from './roles.ts';
import { parsed } from '../storage/parse-json.ts';

/** Opens a session; the token goes into a cookie, the store holds its SHA-256 alone. */
export async function openSession(store: Hpkv, person: Person, now: number): Promise<string> {
	const token = secret();
	await store.set(keys.session(digest(token)), JSON.stringify(sessionOf(person, now)));
	return token;
}

export const sessionOf = ({ id, name }: Person, now: number): Session => ({ person: id, name, createdAt: now });

/** Who is signed in with this token: nobody, if the session has ended or an operator has blocked the person. */
export async function readSession(store: Hpkv, token: string): Promise<SignedIn | undefined> {
	const session = await loadSession(store, token);
	return session && authorize(store, session);
}

/** The session of this token, whatever an operator has made of its person since. */
export async function loadSession(store: Hpkv, token: string): Promise<Session | undefined> {
	return parsed(Session, await store.get(keys.session(digest(token))));
}

/** Who is signed in by this session: nobody, if an operator has blocked the person. */
export async function authorize(store: Hpkv, session: Session): Promise<SignedIn | undefined> {
	// Every session of a person carries the name they joined under; the one they go by now stands beside what they may.
	const { operator = false, blocked = false, name = session.name } = await readStanding(store, session.person);
	return blocked ? undefined : { ...session, name, operator };
}

export async function endSession(store: Hpkv, token: string): Promise<void> {
	await store.delete(keys.session(digest(token)));
}
