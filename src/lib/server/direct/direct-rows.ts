/**
 * The row of a direct room in the list of each of its people, made before the first message, so that an acknowledged
 * message is found. A person's list is one range, however many rooms others have.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { LastMessage } from '../../chat/rooms/room.ts';
import { idOfListed, keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

const DirectRow = z.object({
	people: z.array(z.string()),
	/** Absent before the first message, and where its sender died behind the answer. */
	last: LastMessage.optional()
});
export type DirectRow = z.infer<typeof DirectRow>;

/** By room. */
export async function readDirectRows(store: Hpkv, person: string): Promise<ReadonlyMap<string, DirectRow>> {
	const records = await readRange(store, keys.directRows(person));
	return new Map(
		records.flatMap(({ key, value }) => {
			const row = parsed(DirectRow, value);
			return row ? [[idOfListed(key), row] as const] : [];
		})
	);
}

export const readDirectRow = async (store: Hpkv, person: string, room: string): Promise<DirectRow | undefined> =>
	parsed(DirectRow, await store.get(keys.directRow(person, room)));

/** Merged: a row that has a message already keeps it. */
export async function makeDirectRow(
	store: Hpkv,
	person: string,
	room: string,
	people: readonly string[]
): Promise<void> {
	await store.patch(keys.directRow(person, room), JSON.stringify({ people }));
}

export async function setDirectRows(store: Hpkv, room: string, row: DirectRow): Promise<void> {
	const value = JSON.stringify(row);
	await Promise.all(row.people.map((person) => store.set(keys.directRow(person, room), value)));
}
