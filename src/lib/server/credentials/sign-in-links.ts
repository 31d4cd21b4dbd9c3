/**
 * Links that sign in as a person. Those for another device (10 minutes) and for recovery (4 hours) are good for one use;
 * links of earlier versions end only when they are revoked. The record under the secret's digest decides; the listing
 * under the person is for display.
 */
import { z } from 'zod';
import { DEVICE_LINK_MS, LINKS_SHOWN, LISTINGS_LOOKED_UP, RECOVERY_LINK_MS } from '../../chat/limits.ts';
import { may } from '../../chat/people/permissions.ts';
import { SignIn, type Session } from '../../chat/people/person.ts';
import { idOfListed, keys } from '../../chat/storage/keys.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { dropPerson } from '../people/holders.ts';
import { readOwners, realRole } from '../people/owners.ts';
import { endSessions, readPerson, readStanding, type Known, isShutOut } from '../people/standing.ts';
import { winner } from '../storage/claims.ts';
import { digest, idFrom, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { useOnce } from './single-use.ts';

/** The maker of a link that `npm run parley` made. */
export const BY_SERVER = 'server';

export type LinkKind = 'device' | 'recovery';

const LIFETIME: Record<LinkKind, number> = { device: DEVICE_LINK_MS, recovery: RECOVERY_LINK_MS };

/** @returns the secret of the link `/signin/{secret}` */
export async function makeSignInLink(
	store: Hpkv,
	person: string,
	kind: LinkKind,
	now: number,
	by = person
): Promise<string> {
	const token = secret();
	const { generation } = await readStanding(store, person);
	const signIn: SignIn = { person, createdAt: now, kind, until: now + LIFETIME[kind], generation, by };
	// Listed first: a link that is not listed could not be revoked.
	await listLink(store, digest(token), signIn);
	await store.set(keys.signIn(digest(token)), JSON.stringify(signIn));
	return token;
}

export const listLink = (store: Hpkv, id: string, { person, kind, createdAt, until }: SignIn): Promise<void> =>
	store.set(keys.credential(person, 'link', id), JSON.stringify({ kind, createdAt, until }));

export interface OpenedLink {
	person: Known;
	kind: LinkKind | undefined;
	/** With which the session must be opened. */
	generation: string | undefined;
}

const read = async (store: Hpkv, id: string, now: number): Promise<SignIn | undefined> => {
	const link = parsed(SignIn, await store.get(keys.signIn(id)));
	return link && (link.until === undefined || now <= link.until) ? link : undefined;
};

/** Undefined if the person is blocked, or has ended all sessions since the link was made. */
async function ownerOf(store: Hpkv, link: SignIn): Promise<Known | undefined> {
	const person = await readPerson(store, link.person);
	if (!person || isShutOut(person.standing)) return undefined;
	if (link.kind === 'recovery' && !(await mayRecover(store, link.by, person))) return undefined;
	return !link.kind || person.standing.generation === link.generation ? person : undefined;
}

/** Asked when the link is used: its maker or its person may have another role by now. */
async function mayRecover(store: Hpkv, by: string | undefined, person: Known): Promise<boolean> {
	if (by === BY_SERVER) return true;
	const [owners, maker] = await Promise.all([readOwners(store), readPerson(store, by ?? '-')]);
	if (!maker || isShutOut(maker.standing)) return false;
	const actor = { id: maker.id, role: realRole(owners, maker.id, maker.role) };
	return may(actor, 'moderate person', { id: person.id, role: realRole(owners, person.id, person.role) });
}

/** The person whom the link signs in. Undefined where it is unknown, expired, used, revoked, or the person is blocked. */
export async function readSignInLink(store: Hpkv, token: string, now: number): Promise<OpenedLink | undefined> {
	const link = await read(store, digest(token), now);
	if (!link) return undefined;
	const [person, used] = await Promise.all([
		ownerOf(store, link),
		link.kind ? store.get(keys.used(digest(token))) : undefined
	]);
	if (!person || used !== undefined) return undefined;
	return { person, kind: link.kind, generation: person.standing.generation };
}

/** Uses the link up. A recovery link ends the person's other sessions. @param formId the same form again is the same use */
export async function openSignInLink(
	store: Hpkv,
	token: string,
	formId: string,
	now: number
): Promise<OpenedLink | undefined> {
	const id = digest(token);
	const link = await read(store, id, now);
	if (!link) return undefined;
	const recovered = link.kind === 'recovery' ? idFrom(`recovery ${id} ${formId}`).slice(0, 13) : undefined;
	const person = await ownerOf(store, link);
	if (!person) return recovered ? repeatedRecovery(store, link, { id, formId, generation: recovered }) : undefined;
	if (!link.kind) return { person, kind: undefined, generation: person.standing.generation };
	if (!(await useOnce(store, id, formId, now))) return undefined;
	// It may have been revoked since it was read.
	if (!(await read(store, id, now))) return undefined;
	if (recovered) {
		// In one write: the person is told of each use that ended the sessions.
		await endSessions(store, person.id, { recoveredAt: now }, recovered);
		await dropPerson(store, person.id);
	}
	return { person, kind: link.kind, generation: recovered ?? link.generation };
}

/** The form of a recovery link, posted again after a lost answer: its first post has ended the sessions already. */
async function repeatedRecovery(
	store: Hpkv,
	link: SignIn,
	{ id, formId, generation }: { id: string; formId: string; generation: string }
): Promise<OpenedLink | undefined> {
	const used = (await winner(store, keys.used(id))) as { by?: unknown } | undefined;
	const person = await ownerOf(store, { ...link, generation });
	return person && used?.by === formId ? { person, kind: 'recovery', generation } : undefined;
}

const Listed = z.object({
	kind: z.enum(['device', 'recovery']).optional(),
	createdAt: z.number(),
	until: z.number().optional()
});

export interface ListedLink {
	/** The digest of the link's secret. */
	id: string;
	kind: LinkKind | undefined;
	createdAt: number;
	until: number | undefined;
}

/** The newest links that still sign in. Removes what has expired. */
export async function listSignInLinks(
	store: Hpkv,
	{ person, generation }: Pick<Session, 'person' | 'generation'>,
	now: number
): Promise<ListedLink[]> {
	const records = await readRange(store, keys.credentials(person, 'link'));
	const listed = records.flatMap(({ key, value }) => {
		const link = parsed(Listed, value);
		return link ? [{ id: idOfListed(key), kind: link.kind, createdAt: link.createdAt, until: link.until }] : [];
	});
	listed.sort((a, b) => b.createdAt - a.createdAt);
	const links: ListedLink[] = [];
	for (const each of listed.slice(0, LISTINGS_LOOKED_UP)) {
		if (links.length === LINKS_SHOWN) break;
		if (each.until !== undefined && now > each.until) await remove(store, person, each.id);
		else {
			const link = await read(store, each.id, now);
			const used = each.kind && (await store.get(keys.used(each.id)));
			if (link && used === undefined && (!link.kind || link.generation === generation)) links.push(each);
		}
	}
	return links;
}

/** @returns false where it is no link of this person */
export async function revokeSignInLink(store: Hpkv, person: string, id: string): Promise<boolean> {
	const link = parsed(SignIn, await store.get(keys.signIn(id)));
	if (link?.person !== person) return false;
	await remove(store, person, id);
	return true;
}

/** The link before its listing: what is listed can be revoked again after a crash. */
async function remove(store: Hpkv, person: string, id: string): Promise<void> {
	await store.delete(keys.signIn(id));
	await store.delete(keys.credential(person, 'link', id));
}
