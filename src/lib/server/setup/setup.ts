/**
 * Only a link that the start prints, or SETUP_TOKEN, opens it: behind a proxy, "first come" would hand the place to a stranger.
 * The winning claim has all that its steps need; each start, and each request that must sign in, finishes what a crash cut short.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { personName } from '../../chat/people/name.ts';
import { JOINING, PlaceRecord, READING } from '../../chat/place/place.ts';
import { keys } from '../../chat/storage/keys.ts';
import { claimName } from '../names/name-claims.ts';
import { join, type Joined } from '../people/people.ts';
import { isReserved } from '../names/reserved-names.ts';
import { addOwner, readOwners, repeatOwners } from '../people/owners.ts';
import { readPerson, isShutOut } from '../people/standing.ts';
import { createRoom } from '../rooms/rooms.ts';
import { claim, winner } from '../storage/claims.ts';
import { digest, idFrom, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { PEOPLE_NAMES } from '../people/person-names.ts';

/** What the winning claim says. No secret is in it, nor the form's id, which recovery codes are made from: a claim cannot be blanked. */
const Setup = z.object({
	person: z.string(),
	name: z.string(),
	place: z.string(),
	joining: z.enum(JOINING),
	reading: z.enum(READING),
	room: z.string(),
	/** Names the first room's form. */
	roomForm: z.string(),
	at: z.number()
});
export type Setup = z.infer<typeof Setup>;

const hasOwner = async (store: Hpkv): Promise<boolean> => (await readOwners(store)).size > 0;

/** @returns the path of a new set-up link; undefined where there is an owner */
export async function offerSetup(store: Hpkv): Promise<string | undefined> {
	if (await hasOwner(store)) return undefined;
	const token = secret();
	await store.set(keys.setupLink(digest(token)), JSON.stringify({ offered: true }));
	return `/setup/${token}`;
}

export async function isSetupOpen(store: Hpkv, token: string, setupToken: string | undefined): Promise<boolean> {
	const [link, owners] = await Promise.all([store.get(keys.setupLink(digest(token))), readOwners(store)]);
	return owners.size === 0 && (link !== undefined || (setupToken !== undefined && isEqual(token, setupToken)));
}

const isEqual = (one: string, other: string) => timingSafeEqual(sha256(one), sha256(other));
const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The person that this form makes. Known before the claim, so that a password can be stored under it first. */
export const setupPerson = (formId: string) => idFrom(`setup ${formId}`);

/** `formId`: makes a form that is posted twice one set-up. */
type Asked = Omit<Setup, 'person' | 'roomForm' | 'at'> & { formId: string };

interface Finished {
	joined: Extract<Joined, { ok: true }>;
	room: string | undefined;
}

export type SetUp = ({ ok: true } & Finished) | { ok: false; by: string } | Extract<Joined, { ok: false }>;

/** The person's password or codes must be stored already. @returns the room's address. `by`: the name of whoever was first */
export async function setUp(store: Hpkv, asked: Asked, now: number): Promise<SetUp> {
	const name = personName(asked.name);
	if (!name.ok) return name;
	if (isReserved(name.name, asked.place)) return { ok: false, because: 'reserved' };
	const person = setupPerson(asked.formId);
	// Before the claim of the set-up: a name that is taken is refused while the set-up is still open.
	const holder = await claimName(store, PEOPLE_NAMES, { id: person, name: name.name, createdAt: now });
	if (!holder) return { ok: false, because: 'too-alike' };
	if (holder.id !== person) return { ok: false, because: 'taken' };
	const { formId, ...rest } = asked;
	const roomForm = digest(`first room ${formId}`);
	const mine: Setup = { ...rest, name: name.name, person, roomForm, at: holder.createdAt };
	const won = Setup.parse(await claim(store, keys.setup, mine));
	const finished = await finish(store, won);
	return won.person === person ? { ok: true, ...finished } : { ok: false, by: won.name };
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
async function finish(store: Hpkv, setup: Setup): Promise<Finished> {
	const { person, name, place, joining, reading, room, roomForm, at } = setup;
	// A second visitor who finishes the set-up must not undo what the owner has changed since.
	if (!parsed(PlaceRecord, await store.get(keys.settings))?.chosen) {
		const settings: PlaceRecord = {
			...{ name: place, joining, reading },
			...{ createRooms: 'members', invites: 'members', chosen: true }
		};
		await store.patch(keys.settings, JSON.stringify(settings));
	}
	const joined = await join(store, { id: person, typed: name, role: 'member', placeName: place }, at);
	if (!joined.ok) throw new Error(`The set-up cannot be finished: the name is ${joined.because}`);
	const created = await createRoom(store, { typed: room, person, formId: roomForm }, at);
	await addOwner(store, person, person);
	const first = created.ok || created.because === 'taken' ? created.room : undefined;
	return { joined, room: first?.slug };
}

const FirstOperator = z.object({ person: z.string() });

/** The first operator of a version without owners becomes the owner. */
export async function keepFirstOperator(store: Hpkv): Promise<void> {
	const [first, owners] = await Promise.all([winner(store, keys.firstOperator), readOwners(store)]);
	const operator = FirstOperator.safeParse(first).data;
	if (owners.size > 0 || !operator) return;
	const person = await readPerson(store, operator.person);
	// Others may have ended the person's power since.
	if (person?.role !== 'operator' || isShutOut(person.standing)) return;
	await addOwner(store, operator.person, operator.person);
}
