import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { keys } from '../chat/keys.ts';
import { Session, type Person } from '../chat/person.ts';
import { digest, secret } from './ids.ts';
import { parsed } from './parsed.ts';

/** Opens a session; the token goes into a cookie, the store holds its SHA-256 alone. */
export async function openSession(
	store: Hpkv,
	person: Person,
	now: number
): Promise<{ token: string; session: Session }> {
	const token = secret();
	const session: Session = { person: person.id, name: person.name, createdAt: now };
	await store.set(keys.session(digest(token)), JSON.stringify(session));
	return { token, session };
}

export async function readSession(store: Hpkv, token: string): Promise<Session | undefined> {
	return parsed(Session, await store.get(keys.session(digest(token))));
}

export async function endSession(store: Hpkv, token: string): Promise<void> {
	await store.delete(keys.session(digest(token)));
}
