/**
 * A person's id is made of invitation and form, so a repeated form is the same use. What needs no writing is asked before the use: a name
 * that is taken spends no use, and a link that lets nobody in claims no name. The person is set last.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { personName } from '../../chat/people/name.ts';
import type { Person } from '../../chat/people/person.ts';
import type { Place } from '../../chat/place/place.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { firstCredentials, refusalOfFirstPassword } from '../credentials/first-credentials.ts';
import type { PasswordRefusal } from '../credentials/passwords.ts';
import { codesOf } from '../credentials/recovery-codes.ts';
import { join, joinedBefore, type NameProblem } from '../people/people.ts';
import { isReserved } from '../names/reserved-names.ts';
import { type Known } from '../people/standing.ts';
import { roomsReadBy } from '../rooms/access.ts';
import { addMember, wasAdded } from '../rooms/memberships.ts';
import { readRoom, readRoomState } from '../rooms/rooms.ts';
import { idFrom } from '../storage/ids.ts';
import { readUses, takeUse, type Uses } from './invitation-uses.ts';
import { hasExpired, inviterOf, readInvitation, type Invitation } from './invitations.ts';
import { PEOPLE_NAMES } from '../people/person-names.ts';
import { otherHolder } from '../names/name-claims.ts';

/** `closed`: nobody new comes in at present. `no-invitation`: this link lets the person in no more, or never did. */
export type LinkProblem = 'closed' | 'no-invitation';

export interface InvitationForm {
	invitation: string;
	typed: string;
	password: string;
	formId: string;
}

interface Entered {
	/** The rooms that the person has come into now. */
	entered: readonly ChatRoom[];
	/** The name of the inviter. */
	by: string;
}

export interface InvitedPerson extends Entered {
	ok: true;
	person: Person;
	generation: string | undefined;
	repeated: boolean;
	/** The rooms of the invitation into which the person was let. */
	rooms: readonly ChatRoom[];
	/** Recovery codes, to be shown now or never. */
	codes: string[] | undefined;
}

export type NotInvited =
	| { ok: false; link: LinkProblem; name?: undefined; password?: undefined }
	| { ok: false; name: NameProblem; password?: undefined; link?: undefined }
	| { ok: false; password: PasswordRefusal; name?: undefined; link?: undefined };

const refusedName = (name: NameProblem): NotInvited => ({ ok: false, name });
const refusedLink = (link: LinkProblem): NotInvited => ({ ok: false, link });

/** @param heard the store for the invitation and its maker's rights; may answer from memory, if the node heard all writes before the call */
export async function joinByInvitation(
	store: Hpkv,
	place: Place,
	{ invitation: link, typed, password, formId }: InvitationForm,
	now: number,
	heard = store
): Promise<InvitedPerson | NotInvited> {
	const name = personName(typed);
	if (!name.ok) return refusedName(name.because);
	const weak = refusalOfFirstPassword(password);
	if (weak) return { ok: false, password: weak };
	if (isReserved(name.name, place.name)) return refusedName('reserved');

	const id = idOfForm(link, formId);
	const repeated = async (): Promise<InvitedPerson | NotInvited | undefined> => {
		const earlier = await joinedBefore(store, id, now);
		if (!earlier) return undefined;
		if (!earlier.ok) return refusedName(earlier.because);
		const codes = password === '' ? await codesOf(store, id, formId) : undefined;
		return { ...earlier, rooms: [], entered: [], by: '', codes: Array.isArray(codes) ? codes : undefined };
	};
	const open = await unusedInvitation(heard, place, link, now);
	if (!open.ok) return (await repeated()) ?? refusedLink(open.because);
	const { invitation } = open;
	const holder = await otherHolder(store, PEOPLE_NAMES, { id, name: name.name });
	const isTaken = holder && (await store.get(keys.person(holder.id))) !== undefined;
	if (isTaken) return (await repeated()) ?? refusedName('taken');

	const { isWon, isFirst } = await takeUse(store, { invitation: link, most: invitation.uses, person: id });
	const earlier = isFirst && isWon ? undefined : await repeated();
	if (earlier) return earlier;
	if (!isWon) return refusedLink('no-invitation');
	const rooms = await invitedRooms(store, place, open);
	let codes: string[] | undefined;
	let entered: readonly ChatRoom[] = [];
	const before = async () => {
		const made = await firstCredentials(store, { person: id, password, formId, isFirst }, now);
		if (made.ok) codes = made.codes;
		entered = await addToRooms(store, { link, invitation, person: id, rooms, isFirst }, now);
	};
	const joining = { id, typed, role: invitation.role, placeName: place.name, before, isFirst };
	const joined = await join(store, joining, now);
	return joined.ok ? { ...joined, rooms, entered, by: open.maker.name, codes } : refusedName(joined.because);
}

export const idOfForm = (invitation: string, formId: string) => idFrom(`join ${invitation} ${formId}`);

export interface OpenInvitation {
	ok: true;
	invitation: Invitation;
	maker: Known;
	uses: Uses;
}

/** What the link opens, before its uses are counted. */
export async function openInvitation(
	store: Hpkv,
	place: Place,
	link: string,
	now: number
): Promise<OpenInvitation | { ok: false; because: LinkProblem }> {
	const open = await unusedInvitation(store, place, link, now);
	return open.ok ? { ...open, uses: await readUses(store, link, open.invitation.uses) } : open;
}

async function unusedInvitation(
	store: Hpkv,
	place: Place,
	link: string,
	now: number
): Promise<Omit<OpenInvitation, 'uses'> | { ok: false; because: LinkProblem }> {
	if (place.joining === 'closed') return { ok: false, because: 'closed' };
	const invitation = await readInvitation(store, link);
	if (!invitation || hasExpired(invitation, now)) return { ok: false, because: 'no-invitation' };
	const maker = await inviterOf(store, invitation, place);
	return maker ? { ok: true, invitation, maker } : { ok: false, because: 'no-invitation' };
}

/** The rooms of the invitation that its maker may read now. */
export async function invitedRooms(
	store: Hpkv,
	{ reading }: Pick<Place, 'reading'>,
	{ invitation, maker }: Pick<OpenInvitation, 'invitation' | 'maker'>
): Promise<readonly ChatRoom[]> {
	const known = await Promise.all(
		invitation.rooms.map(async (id) => {
			const [room, state] = await Promise.all([readRoom(store, id), readRoomState(store, id)]);
			return room && { room, ...roomDetails(room, state), x: state.x };
		})
	);
	// A room that has become private since takes in nobody by a link.
	const rooms = known.flatMap((room) => (room && room.kind === undefined ? room : []));
	return (await roomsReadBy(store, maker, reading, rooms)).map(({ room }) => room);
}

interface Addition {
	link: string;
	invitation: Invitation;
	person: string;
	rooms: readonly ChatRoom[];
	/** Whether the person was added by this invitation to no room before. */
	isFirst?: boolean;
}

/** An adding's id is made of the invitation: who was removed stays removed. @returns the rooms that they were not added to before */
async function addToRooms(
	store: Hpkv,
	{ link, invitation, person, rooms, isFirst = false }: Addition,
	now: number
): Promise<ChatRoom[]> {
	const entered: ChatRoom[] = [];
	for (const room of rooms) {
		const id = idFrom(`invited ${link} ${person} ${room.id}`);
		if (isFirst || !(await wasAdded(store, person, room.id, id))) entered.push(room);
		await addMember(store, { person, room: room.id, by: invitation.by, id }, now);
	}
	return entered;
}

/** A guest who is here already takes a use for the rooms of the invitation. */
export async function addRoomsToGuest(
	store: Hpkv,
	place: Place,
	{ invitation: link, person }: { invitation: string; person: string },
	now: number
): Promise<({ ok: true; rooms: readonly ChatRoom[] } & Entered) | { ok: false; because: LinkProblem }> {
	const open = await unusedInvitation(store, place, link, now);
	if (!open.ok) return open;
	const { invitation } = open;
	const { isWon } = await takeUse(store, { invitation: link, most: invitation.uses, person });
	if (!isWon) return { ok: false, because: 'no-invitation' };
	const rooms = await invitedRooms(store, place, open);
	const entered = await addToRooms(store, { link, invitation, person, rooms }, now);
	return { ok: true, rooms, entered, by: open.maker.name };
}
