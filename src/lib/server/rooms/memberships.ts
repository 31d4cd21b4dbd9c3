/**
 * Membership of a person in a room. Each adding has an id, and the record is only merged: an old removal, a repeat or a
 * late copy of either cannot undo a later adding.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys, roomOfMembership } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

const Membership = z.object({
	/** By the id of each adding: who added the person, and when (milliseconds since 1970). */
	in: z.record(z.string(), z.object({ by: z.string(), since: z.number() })).optional(),
	/** By the same id: when it ended. */
	out: z.record(z.string(), z.number()).optional()
});
type Membership = z.infer<typeof Membership>;

/** A damaged record admits nobody. */
const isIn = (value: string | undefined): boolean => {
	const { in: additions = {}, out = {} }: Membership = parsed(Membership, value) ?? {};
	return Object.keys(additions).some((id) => !Object.hasOwn(out, id));
};

export const isMember = async (store: Hpkv, person: string, room: string): Promise<boolean> =>
	isIn(await store.get(keys.memberOf(person, room)));

/** The rooms that the person was let into. */
export async function roomsOf(store: Hpkv, person: string): Promise<ReadonlySet<string>> {
	const records = await readRange(store, keys.membershipsOf(person));
	return new Set(records.filter(({ value }) => isIn(value)).map(({ key }) => roomOfMembership(key)));
}

/** @param id names this adding: the same id again adds nothing */
export async function addMember(
	store: Hpkv,
	{ person, room, by, id }: { person: string; room: string; by: string; id: string },
	now: number
): Promise<void> {
	const record = JSON.stringify({ in: { [id]: { by, since: now } } });
	await store.patch(keys.memberOf(person, room), record);
}
