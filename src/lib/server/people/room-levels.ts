/** What people have chosen to be told of their rooms: a record for each person and room, which outlives a membership. */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { LIST_CHANGED } from '../../chat/messages/live-events.ts';
import { LEVELS, type RoomLevel } from '../../chat/rooms/levels.ts';
import { idOfListed, keys } from '../../chat/storage/keys.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** A damaged member is not chosen. */
const Stored = z.object({
	level: z.enum(LEVELS).optional().catch(undefined),
	hidden: z.number().optional().catch(undefined),
	mutedUntil: z.number().optional().catch(undefined)
});

export const readLevel = async (store: Hpkv, person: string, room: string): Promise<RoomLevel> =>
	parsed(Stored, await store.get(keys.level(person, room))) ?? {};

/** One range. By room. */
export async function readLevels(store: Hpkv, person: string): Promise<ReadonlyMap<string, RoomLevel>> {
	const records = await readRange(store, keys.levels(person));
	return new Map(records.map(({ key, value }) => [idOfListed(key), parsed(Stored, value) ?? {}]));
}

/** Null ends what was chosen. */
export type LevelChange = { [Member in keyof RoomLevel]: RoomLevel[Member] | null };

/** Merged, so that a level, hiding and muting do not undo each other. The person's pages ask for their list. */
export async function chooseLevel(store: Hpkv, person: string, room: string, chosen: LevelChange): Promise<void> {
	await store.patch(keys.level(person, room), JSON.stringify(chosen));
	await store.set(keys.liveList(person), LIST_CHANGED);
}
