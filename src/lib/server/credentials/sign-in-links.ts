/**
 * Links that sign in as a person: for another device (10 minutes), to recover an account (4 hours), and those of earlier
 * versions, which end only when they are revoked. Links of the first two kinds are good for one use.
 */
import { DEVICE_LINK_MS, RECOVERY_LINK_MS } from '../../chat/limits.ts';
import { SignIn } from '../../chat/people/person.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { newGeneration } from '../people/people.ts';
import { changeStanding, readPerson, readStanding, type Known } from '../people/standing.ts';
import { digest, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { useOnce } from './single-use.ts';

export type LinkKind = 'device' | 'recovery';

const LIFETIME: Record<LinkKind, number> = { device: DEVICE_LINK_MS, recovery: RECOVERY_LINK_MS };

/** @returns the secret of the link `/signin/{secret}` */
export async function makeSignInLink(store: Hpkv, person: string, kind: LinkKind, now: number): Promise<string> {
	const token = secret();
	const { generation } = await readStanding(store, person);
	const signIn: SignIn = { person, createdAt: now, kind, until: now + LIFETIME[kind], generation };
	await store.set(
		keys.credential(person, 'link', digest(token)),
		JSON.stringify({ kind, createdAt: now, until: signIn.until })
	);
	await store.set(keys.signIn(digest(token)), JSON.stringify(signIn));
	return token;
}

export interface OpenedLink {
	person: Known;
	kind: LinkKind | undefined;
	/** With which the session must be opened. */
	generation: string | undefined;
}

/** The person whom the link signs in. Undefined where it is unknown, expired, used, revoked, or the person is blocked. */
export async function readSignInLink(store: Hpkv, token: string, now: number): Promise<OpenedLink | undefined> {
	const link = parsed(SignIn, await store.get(keys.signIn(digest(token))));
	if (!link || (link.until !== undefined && now > link.until)) return undefined;
	const [person, used] = await Promise.all([
		readPerson(store, link.person),
		link.kind ? store.get(keys.used(digest(token))) : undefined
	]);
	if (!person || used !== undefined) return undefined;
	const { blocked, deactivated, generation } = person.standing;
	if (blocked || deactivated || (link.kind && generation !== link.generation)) return undefined;
	return { person, kind: link.kind, generation };
}

/** Uses the link up. A recovery link ends the person's other sessions. @param formId the same form again is the same use */
export async function openSignInLink(
	store: Hpkv,
	token: string,
	formId: string,
	now: number
): Promise<OpenedLink | undefined> {
	const link = parsed(SignIn, await store.get(keys.signIn(digest(token))));
	if (!link?.kind) return readSignInLink(store, token, now);
	if (link.until !== undefined && now > link.until) return undefined;
	const person = await readPerson(store, link.person);
	if (!person || person.standing.blocked || person.standing.deactivated) return undefined;
	const generation = link.kind === 'recovery' ? newGeneration() : person.standing.generation;
	if (link.kind === 'device' && generation !== link.generation) return undefined;
	if (!(await useOnce(store, digest(token), formId))) return undefined;
	if (link.kind === 'recovery') await changeStanding(store, person.id, 'generation', generation);
	return { person, kind: link.kind, generation };
}
