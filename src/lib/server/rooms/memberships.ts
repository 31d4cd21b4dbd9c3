/**
 * Each adding has an id, and records are only merged: an old removal, a repeat or a late copy cannot undo a later adding.
 * The person's record decides; the room's is a copy, merged before it, so that each member is in the room's list.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { keys, personOfMember, roomOfMembership } from '../../chat/storage/keys.ts';
import { randomId } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** 60 bits: unique among the addings of one person to one room. */
export const MEMBERSHIP_LETTERS = 12;
export const membershipId = () => randomId().slice(0, MEMBERSHIP_LETTERS);

const Membership = z.object({
	/** By the id of each adding: who added the person, and when (milliseconds since 1970). */
	in: z
		.record(
			z.string(),
			z.object({
				by: z.string(),
				since: z.number(),
				/** The first number that the person may read. */
				from: z.int().positive().optional(),
				/** The room's newest number then, by which the person's list counts until they have opened the room. */
				at: z.int().nonnegative().optional()
			})
		)
		.optional(),
	/** By the same id: when it ended. */
	out: z.record(z.string(), z.number()).optional(),
	/** Of a direct room: its other people have it in their lists. */
	told: z.literal(true).optional()
});
type Membership = z.infer<typeof Membership>;

export interface Held {
	/** The addings that hold. */
	ids: string[];
	from: number;
	by: string;
	since: number;
	/** The newest number when the person was added. Absent for the room's creator, and for people who read it before. */
	at?: number;
	told: boolean;
}

type Revoked = Pick<RoomState, 'x'>;

/**
 * Undefined for somebody who is no member. A damaged record admits nobody.
 * @param state of the room, which may have been read before or after the membership: `x` is kept for longer than any
 * request lives
 */
export function heldIn(value: string | undefined, { x = {} }: Revoked): Held | undefined {
	const { in: additions = {}, out = {}, told }: Membership = parsed(Membership, value) ?? {};
	const held = Object.entries(additions).filter(([id]) => !Object.hasOwn(out, id) && !Object.hasOwn(x, id));
	const [first] = held;
	if (!first) return undefined;
	const [, { by, since, at }] = first;
	return {
		ids: held.map(([id]) => id),
		from: Math.min(...held.map(([, { from = 1 }]) => from)),
		by,
		since,
		at,
		told: told ?? false
	};
}

export const readMembership = async (
	store: Hpkv,
	person: string,
	room: string,
	state: Revoked
): Promise<Held | undefined> => heldIn(await store.get(keys.memberOf(person, room)), state);

/** Whether the person's own record says so: the room's state may have revoked it just now. */
export const hasBeenLetIn = async (store: Hpkv, person: string, room: string): Promise<boolean> =>
	(await readMembership(store, person, room, {})) !== undefined;

/** Whether the person was ever added by this adding, also if it has ended. */
export async function wasAdded(store: Hpkv, person: string, room: string, id: string): Promise<boolean> {
	const { in: additions = {} }: Membership = parsed(Membership, await store.get(keys.memberOf(person, room))) ?? {};
	return Object.hasOwn(additions, id);
}

/** The membership records of a person, by room. `held` of each needs the state of its room. */
export async function membershipsOf(store: Hpkv, person: string): Promise<ReadonlyMap<string, string>> {
	const records = await readRange(store, keys.membershipsOf(person));
	return new Map(records.map(({ key, value }) => [roomOfMembership(key), value]));
}

export interface Adding {
	person: string;
	room: string;
	by: string;
	/** Names this adding: the same id again adds nothing. */
	id: string;
	/** Without it, all history. */
	from?: number;
	at?: number;
}

export async function addMember(store: Hpkv, { person, room, by, id, from, at }: Adding, now: number): Promise<void> {
	const record = JSON.stringify({ in: { [id]: { by, since: now, from, at } } });
	await store.patch(keys.member(room, person), record);
	await store.patch(keys.memberOf(person, room), record);
}

/** Milliseconds after which an adding that has ended is forgotten: longer than a form waits to be sent again. */
const FORGOTTEN_AFTER = 24 * 60 * 60 * 1_000;

/** Removes addings that ended long ago, so that the record of a person who comes and goes stays small. */
export async function forgetEnded(store: Hpkv, person: string, room: string, now: number): Promise<void> {
	const { out = {} }: Membership = parsed(Membership, await store.get(keys.memberOf(person, room))) ?? {};
	// An adding whose id is made of an invitation or a form could be repeated: its end is kept.
	const old = Object.entries(out).filter(([id, at]) => id.length === MEMBERSHIP_LETTERS && at < now - FORGOTTEN_AFTER);
	if (old.length === 0) return;
	const gone = Object.fromEntries(old.map(([id]) => [id, null]));
	await mergeMembership(store, person, room, { in: gone, out: gone });
}

export const endMembership = (store: Hpkv, person: string, room: string, ids: readonly string[], now: number) =>
	mergeMembership(store, person, room, { out: Object.fromEntries(ids.map((id) => [id, now])) });

async function mergeMembership(store: Hpkv, person: string, room: string, change: object): Promise<void> {
	const record = JSON.stringify(change);
	await store.patch(keys.memberOf(person, room), record);
	await store.patch(keys.member(room, person), record);
}

export interface Member extends Held {
	person: string;
}

/** The members of a room by the copies under it, the first that came first. Compare them with the truth where it matters. */
export async function membersIn(store: Hpkv, room: string, state: Revoked): Promise<Member[]> {
	const records = await readRange(store, keys.membersOf(room));
	return records
		.flatMap(({ key, value }) => {
			const held = heldIn(value, state);
			return held ? { person: personOfMember(key), ...held } : [];
		})
		.sort((a, b) => a.since - b.since || (a.person < b.person ? -1 : 1));
}
