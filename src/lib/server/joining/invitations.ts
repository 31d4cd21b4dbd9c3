/**
 * The id of an invitation is the secret in its link `/join/{id}`. The store keeps the id itself, so that the inviter can copy the
 * link again. No log line contains the id.
 */
import { z } from 'zod';
import { INVITATIONS_ON_PAGE, MAX_INVITATION_USES, MAX_OPEN_INVITATIONS } from '../../chat/limits.ts';
import { may, type Actor } from '../../chat/people/permissions.ts';
import type { Place } from '../../chat/place/place.ts';
import { keys, readInvitationKey } from '../../chat/storage/keys.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import { readPerson, type Known, isShutOut } from '../people/standing.ts';
import { idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { endUses, forgetUses, readUses, type Uses } from './invitation-uses.ts';

const Invitation = z.object({
	/** The maker. */
	by: z.string(),
	role: z.enum(['member', 'guest']),
	/** Room ids. */
	rooms: z.array(z.string()),
	/** Milliseconds since 1970; absent where the invitation does not expire. */
	until: z.number().optional(),
	/** How many people it lets in. Never changed: a higher number would let in losers of a race, after the fact. */
	uses: z.number().int().min(1).max(MAX_INVITATION_USES),
	createdAt: z.number()
});
export type Invitation = z.infer<typeof Invitation>;

const ID = /^[a-z2-7]{26}$/;

/** Undefined for an id that is malformed, unknown or forgotten. */
export const readInvitation = async (store: Hpkv, id: string): Promise<Invitation | undefined> =>
	ID.test(id) ? parsed(Invitation, await store.get(keys.invitation(id))) : undefined;

/** `lapsed`: its maker may not invite people any more. */
export type InvitationState = 'open' | 'expired' | 'used up' | 'revoked' | 'lapsed';

export function stateOf(invitation: Invitation, { winners, revoked }: Uses, now: number): InvitationState {
	if (revoked) return 'revoked';
	if (winners.length >= invitation.uses) return 'used up';
	return hasExpired(invitation, now) ? 'expired' : 'open';
}

export const hasExpired = ({ until }: Invitation, now: number) => until !== undefined && now > until;

/** The maker, if they may invite people now. */
export async function inviterOf(
	store: Hpkv,
	{ by }: Invitation,
	place: Pick<Place, 'invites'>
): Promise<Known | undefined> {
	const maker = await readPerson(store, by);
	if (!maker || isShutOut(maker.standing)) return undefined;
	return may(maker, 'invite people', place) ? maker : undefined;
}

export interface NewInvitation extends Omit<Invitation, 'createdAt'> {
	/** Random: the id is made of it, so that a repeated form makes one invitation. */
	formId: string;
}

export const isInvitationForm = (formId: string) => ID.test(formId);

/** @returns the id, or undefined where the maker has too many that are open */
export async function makeInvitation(
	store: Hpkv,
	{ formId, ...asked }: NewInvitation,
	now: number
): Promise<string | undefined> {
	const id = idFrom(`invitation ${asked.by} ${formId}`);
	if ((await readInvitation(store, id)) !== undefined) return id;
	if (!(await hasRoomForMore(store, asked.by, now))) return undefined;
	const invitation: Invitation = { ...asked, createdAt: now };
	await store.set(keys.invitationBy(asked.by, now, id), asked.by);
	await store.set(keys.invitationAt(now, id), asked.by);
	await store.set(keys.invitation(id), JSON.stringify(invitation));
	return id;
}

/** An entry of a list without an invitation, older than this many milliseconds, was left by a crash. */
const LEFT_BEHIND = 60_000;

/** Forgets invitations that let nobody in any more, once there are as many as may be open. */
async function hasRoomForMore(store: Hpkv, person: string, now: number): Promise<boolean> {
	const { start, end } = keys.invitationsBy(person, now);
	const { records } = await store.range(start, end, 2 * MAX_OPEN_INVITATIONS);
	if (records.length < MAX_OPEN_INVITATIONS) return true;
	let kept = 0;
	for (const { id, time } of records.map(({ key }) => readInvitationKey(key))) {
		const invitation = await readInvitation(store, id);
		const isKept = invitation
			? stateOf(invitation, await readUses(store, id, invitation.uses), now) === 'open'
			: now - time < LEFT_BEHIND;
		if (isKept) kept += 1;
		else await forget(store, { id, by: person, time });
	}
	return kept < MAX_OPEN_INVITATIONS;
}

async function forget(store: Hpkv, { id, by, time }: { id: string; by: string; time: number }): Promise<void> {
	await store.delete(keys.invitation(id));
	await forgetUses(store, id);
	await store.delete(keys.invitationAt(time, id));
	await store.delete(keys.invitationBy(by, time, id));
}

/** @returns whether the actor may, and there is such an invitation */
export async function revokeInvitation(store: Hpkv, id: string, actor: Actor): Promise<boolean> {
	const invitation = await readInvitation(store, id);
	if (!invitation || !may(actor, 'revoke invitation', invitation)) return false;
	if (!(await readUses(store, id, invitation.uses)).revoked) await endUses(store, id);
	return true;
}

export interface ListedInvitation extends Invitation {
	id: string;
	state: InvitationState;
	usesLeft: number;
	/** The beginnings of the ids of the people who used it. */
	winners: readonly string[];
	maker: Known | undefined;
}

export interface InvitationPage {
	invitations: ListedInvitation[];
	/** Where the next page begins: a time in milliseconds since 1970. */
	next: number | undefined;
}

/** Newest first. @param by of this person; undefined: of everybody. @param from no invitation made after this time */
export async function listInvitations(
	store: Hpkv,
	{ by, from, place }: { by: string | undefined; from: number; place: Pick<Place, 'invites'> },
	now: number
): Promise<InvitationPage> {
	const { start, end } = by === undefined ? keys.invitationsAt(from) : keys.invitationsBy(by, from);
	const { records } = await store.range(start, end, INVITATIONS_ON_PAGE + 1);
	const entries = records.map(({ key }) => readInvitationKey(key));
	const invitations = await Promise.all(entries.slice(0, INVITATIONS_ON_PAGE).map((entry) => list(entry)));
	return { invitations: invitations.filter((one) => one !== undefined), next: entries[INVITATIONS_ON_PAGE]?.time };

	async function list({ id, time }: { id: string; time: number }): Promise<ListedInvitation | undefined> {
		const invitation = await readInvitation(store, id);
		// The entry of a form that was posted twice at once.
		if (!invitation || invitation.createdAt !== time) return undefined;
		const [uses, maker, inviter] = await Promise.all([
			readUses(store, id, invitation.uses),
			readPerson(store, invitation.by),
			inviterOf(store, invitation, place)
		]);
		const state = stateOf(invitation, uses, now);
		return {
			...invitation,
			id,
			state: state === 'open' && !inviter ? 'lapsed' : state,
			usesLeft: invitation.uses - uses.winners.length,
			winners: uses.winners,
			maker
		};
	}
}
