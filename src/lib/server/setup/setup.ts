/**
 * The set-up of a place that has no owner. Only a link that the start prints, or SETUP_TOKEN, opens it: a proxy or a
 * forwarded port on the same machine looks like a neighbour, so "first come" would hand the place to a stranger. The winning
 * claim carries all that its steps need; each start, and each visit of `/`, finishes a set-up that a crash cut short.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { personName, roomName } from '../../chat/people/name.ts';
import { JOINING, PlaceRecord, READING } from '../../chat/place/place.ts';
import { keys } from '../../chat/storage/keys.ts';
import { join, type Joined } from '../people/people.ts';
import { addOwner, readOwners, repeatOwners } from '../people/owners.ts';
import { createRoom } from '../rooms/rooms.ts';
import { claim, winner } from '../storage/claims.ts';
import { digest, idFrom, secret } from '../storage/ids.ts';

/** What the winning claim says. No secret is in it: a claim cannot be blanked. */
const Setup = z.object({
	person: z.string(),
	name: z.string(),
	place: z.string(),
	joining: z.enum(JOINING),
	reading: z.enum(READING),
	room: z.string(),
	formId: z.string(),
	at: z.number()
});
export type Setup = z.infer<typeof Setup>;

/** A place has an owner or can do without: nobody then opens the set-up. */
export const isSetUp = async (store: Hpkv): Promise<boolean> => (await readOwners(store)).size > 0;

/** @returns the path of a new set-up link; undefined where there is an owner */
export async function offerSetup(store: Hpkv): Promise<string | undefined> {
	if (await isSetUp(store)) return undefined;
	const token = secret();
	await store.set(keys.setupLink(digest(token)), JSON.stringify({ offered: true }));
	return `/setup/${token}`;
}

/** Whether the link may be used now. @param setupToken SETUP_TOKEN */
export async function isSetupOpen(store: Hpkv, token: string, setupToken: string | undefined): Promise<boolean> {
	const [link, owners] = await Promise.all([store.get(keys.setupLink(digest(token))), readOwners(store)]);
	return owners.size === 0 && (link !== undefined || (setupToken !== undefined && isEqual(token, setupToken)));
}

const isEqual = (one: string, other: string) => timingSafeEqual(sha256(one), sha256(other));
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The person that this form makes. Known before the claim, so that a password can be stored under it first. */
export const setupPerson = (formId: string) => idFrom(`setup ${formId}`);

export type SetUp =
	| { ok: true; person: Extract<Joined, { ok: true }>; room: string | undefined }
	| { ok: false; by: string }
	| Extract<Joined, { ok: false }>;

/**
 * @param before stores the person's password or codes
 * @returns the room's address. `by`: the name of whoever was first
 */
export async function setUp(
	store: Hpkv,
	asked: Omit<Setup, 'person' | 'at'>,
	before: (person: string) => Promise<void>,
	now: number
): Promise<SetUp> {
	const name = personName(asked.name);
	if (!name.ok) return name;
	const person = setupPerson(asked.formId);
	await before(person);
	// Joined before the claim: a name that is taken is refused while the set-up is still open.
	const joined = await join(store, { id: person, typed: name.name, role: 'member', placeName: asked.place }, now);
	if (!joined.ok) return joined;
	const won = Setup.parse(await claim(store, keys.setup, { ...asked, person, at: now }));
	const room = await finish(store, won);
	return won.person === person ? { ok: true, person: joined, room } : { ok: false, by: won.name };
}

/** Finishes what a crash cut short. @returns whether the place has an owner */
export async function finishSetup(store: Hpkv): Promise<boolean> {
	const [won, owners] = await Promise.all([winner(store, keys.setup), readOwners(store)]);
	const setup = Setup.safeParse(won).data;
	if (owners.size === 0 && setup) await finish(store, setup);
	else await repeatOwners(store);
	return owners.size > 0 || setup !== undefined;
}

/** Each step may have been done. The owner comes last: with an owner, the set-up is over. */
async function finish(
	store: Hpkv,
	{ person, place, joining, reading, room, formId, at }: Setup
): Promise<string | undefined> {
	if ((await readOwners(store)).size === 0) {
		const settings: PlaceRecord = {
			name: place,
			joining,
			reading,
			createRooms: 'members',
			invites: 'members',
			chosen: true
		};
		await store.patch(keys.settings, JSON.stringify(settings));
	}
	const created = roomName(room).ok ? await createRoom(store, { typed: room, person, formId }, at) : undefined;
	await addOwner(store, person, person);
	return created?.ok ? created.room.slug : created?.because === 'taken' ? created.room.slug : undefined;
}

const FirstOperator = z.object({ person: z.string() });

/** The first operator of a version without owners becomes the owner. */
export async function keepFirstOperator(store: Hpkv): Promise<void> {
	const [first, owners] = await Promise.all([winner(store, keys.firstOperator), readOwners(store)]);
	const operator = FirstOperator.safeParse(first).data;
	if (owners.size === 0 && operator) await addOwner(store, operator.person, operator.person);
}
