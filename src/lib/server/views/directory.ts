import { config } from '../runtime/config.ts';
import { RoomDirectory } from './room-directory.ts';
import { errorFacts, log } from '../runtime/log.ts';
import { listFor, orderedFor, type RoomsNow } from './room-list.ts';
import { readMarks } from '../rooms/read-marks.ts';
import { onWritten, store } from '../storage/store.ts';
import type { Visitor } from '../people/visitor.ts';
import { WATCHED_ROOMS } from '../rooms/subscribe-token.ts';

export const directory = new RoomDirectory(
	store,
	() => performance.now(),
	config.store.mode === 'embedded',
	(error) => log('error', 'preview-not-stored', errorFacts(error))
);
onWritten((key, value) => directory.wrote(key, value));

/** The list for a page that is rendered; may be a second old. */
export const roomsFor = (visitor: Visitor, size?: number, page?: number): Promise<RoomsNow> =>
	listFor(store, visitor.person(), directory.recent(), size, page);

/** The list for a page that has just subscribed: read after the call. */
export const roomsNowFor = (visitor: Visitor, size?: number, page?: number): Promise<RoomsNow> =>
	listFor(store, visitor.person(), directory.now(), size, page);

export async function latestIds(person: string): Promise<string[]> {
	const [rows, marks] = await Promise.all([directory.now(), readMarks(store, person)]);
	return orderedFor(rows, marks)
		.slice(0, WATCHED_ROOMS)
		.map(({ id }) => id);
}
