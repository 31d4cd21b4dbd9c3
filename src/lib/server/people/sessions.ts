import { ENDED_SESSIONS_KEPT_MS, SESSION_USE_MS } from '../../chat/limits.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roleOf, Session, type Person, type SignedIn } from '../../chat/people/person.ts';
import { digest, secret } from '../storage/ids.ts';
import { readStanding, isShutOut } from './standing.ts';
import { parsed } from '../storage/parse-json.ts';

export interface Device {
	browser: string;
	address: string;
}

export interface Opening {
	/** The person's, read before the password or link was checked: a session whose check began before all sessions were ended is ended with them. */
	generation: string | undefined;
	device: Device;
	/** For the first session of a new person: gets the work of listing it, so that the answer need not wait. A use lists a session that a crash left out. */
	later?: (work: () => Promise<unknown>) => void;
}

/** The store holds only the SHA-256 of the returned token. */
export async function openSession(
	store: Hpkv,
	person: Person,
	{ generation, device, later }: Opening,
	now: number
): Promise<string> {
	const token = secret();
	const list = () =>
		store.patch(
			keys.sessionOf(person.id, digest(token)),
			JSON.stringify({ ...device, createdAt: now, usedAt: hourOf(now) })
		);
	// Listed first: a session that is not listed could not be ended by its person.
	if (!later) await list();
	await store.set(keys.session(digest(token)), JSON.stringify(sessionOf(person, generation, now)));
	later?.(list);
	return token;
}

export const sessionOf = ({ id, name }: Person, generation: string | undefined, now: number): Session => ({
	person: id,
	name,
	createdAt: now,
	generation,
	usedAt: hourOf(now)
});

const hourOf = (now: number) => now - (now % SESSION_USE_MS);

/** `lifetime` in milliseconds since the last use. */
export interface Age {
	now: number;
	lifetime: number;
}

/** The session of this token, even if its person is blocked. */
export const loadSession = (store: Hpkv, token: string, age: Age) => loadSessionBy(store, digest(token), age);

export async function loadSessionBy(
	store: Hpkv,
	tokenDigest: string,
	{ now, lifetime }: Age
): Promise<Session | undefined> {
	const session = parsed(Session, await store.get(keys.session(tokenDigest)));
	return session && now - (session.usedAt ?? session.createdAt) <= lifetime + SESSION_USE_MS ? session : undefined;
}

/**
 * Undefined if the person is blocked or deactivated, or has ended all sessions since. @param token of a session that may
 * be remembered: then also undefined if it was ended lately
 */
export async function authorize(store: Hpkv, session: Session, token?: string): Promise<SignedIn | undefined> {
	// A session holds the name at joining; the current name is in the standing record.
	const standing = await readStanding(store, session.person);
	const { generation, name = session.name, recoveredAt, quietHours, ended } = standing;
	if (isShutOut(standing) || generation !== session.generation) return undefined;
	if (ended && token !== undefined && Object.hasOwn(ended, shortened(digest(token)))) return undefined;
	return { ...session, name, role: roleOf(standing), recoveredAt, quietHours: quietHours ?? undefined };
}

export const isUseOld = ({ usedAt = 0 }: Session, now: number) => now - usedAt >= SESSION_USE_MS;

/** Merged, never set: a session that was ended meanwhile becomes a record without a person, which is no session. */
export async function noteUse(
	store: Hpkv,
	{ person }: Session,
	token: string,
	device: Device,
	now: number
): Promise<void> {
	const use = { usedAt: hourOf(now) };
	await Promise.all([
		store.patch(keys.session(digest(token)), JSON.stringify(use)),
		store.patch(keys.sessionOf(person, digest(token)), JSON.stringify({ ...device, ...use }))
	]);
}

export async function endSession(store: Hpkv, person: string, tokenDigest: string): Promise<void> {
	if (!store.hearsAllWrites) await noteEnd(store, person, tokenDigest, Date.now());
	await store.delete(keys.session(tokenDigest));
	await store.delete(keys.sessionOf(person, tokenDigest));
}

/** 64 bits: a digest tells nothing of the cookie, and a person has few sessions. */
const shortened = (tokenDigest: string) => tokenDigest.slice(0, 16);

/** For other nodes, which may remember the session for longer than they hear that it is gone. */
async function noteEnd(store: Hpkv, person: string, tokenDigest: string, now: number): Promise<void> {
	const { ended = {} } = await readStanding(store, person);
	const old = Object.keys(ended).filter((each) => now - (ended[each] ?? 0) > ENDED_SESSIONS_KEPT_MS);
	const forgotten = Object.fromEntries(old.map((each) => [each, null]));
	const change = { ended: { ...forgotten, [shortened(tokenDigest)]: now } };
	await store.patch(keys.standing(person), JSON.stringify(change));
}
