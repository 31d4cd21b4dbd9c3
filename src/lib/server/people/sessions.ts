import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Session, type Person, type SignedIn } from '../../chat/people/person.ts';
import { digest, secret } from '../storage/ids.ts';
import { readStanding } from './roles.ts';
import { parsed } from '../storage/parse-json.ts';

/** The store holds only the SHA-256 of the returned token. */
export async function openSession(store: Hpkv, person: Person, now: number): Promise<string> {
	const token = secret();
	await store.set(keys.session(digest(token)), JSON.stringify(sessionOf(person, now)));
	return token;
}

export const sessionOf = ({ id, name }: Person, now: number): Session => ({ person: id, name, createdAt: now });

/** Undefined if the session has ended or the person is blocked. */
export async function readSession(store: Hpkv, token: string): Promise<SignedIn | undefined> {
	const session = await loadSession(store, token);
	return session && authorize(store, session);
}

/** The session of this token, even if its person is blocked. */
export async function loadSession(store: Hpkv, token: string): Promise<Session | undefined> {
	return parsed(Session, await store.get(keys.session(digest(token))));
}

export async function authorize(store: Hpkv, session: Session): Promise<SignedIn | undefined> {
	// A session holds the name at joining; the current name is in the standing record.
	const { operator = false, blocked = false, name = session.name } = await readStanding(store, session.person);
	return blocked ? undefined : { ...session, name, operator };
}

export async function endSession(store: Hpkv, token: string): Promise<void> {
	await store.delete(keys.session(digest(token)));
}
