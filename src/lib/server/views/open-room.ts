import type { Hpkv } from '../../../hpkv/port.ts';
import type { Here } from '../../chat/people/presence.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import { readPage, type Page, type Place } from '../history/history.ts';
import { readHere } from '../presence/presence.ts';
import { readMark } from '../rooms/read-marks.ts';
import type { RoomAccess } from '../rooms/access.ts';
import { readRoomState } from '../rooms/rooms.ts';

interface Visit {
	/** Looks the room up, and whether it may be read. */
	find: () => Promise<RoomAccess>;
	place: Place;
	/** Whose visit it is; nobody's, where nobody is signed in. Asked once the room is there, so that no failure goes unheard. */
	person: () => Promise<string | undefined>;
	/** Whether people see who is there. */
	company: boolean;
}

export interface OpenedRoom {
	ok: true;
	room: RoomDetails;
	page: Page;
	/** The last number that they have read, where they have been before. */
	readTo?: number;
	here?: Here;
}

/**
 * A room as it is opened, if there is one. Three dependent round trips: the room, with whose session it is; the counters,
 * with all else that is known by the room; and the messages.
 */
export async function openRoom(
	store: Hpkv,
	{ find, place, person, company }: Visit,
	now: number
): Promise<OpenedRoom | Extract<RoomAccess, { ok: false }>> {
	const found = await find();
	if (!found.ok) return found;
	const { room } = found;
	const mark = person().then((id) => (id ? readMark(store, id, room.id) : undefined));
	const [page, state, readTo, here] = await Promise.all([
		readPage(store, room.id, place, now, mark),
		readRoomState(store, room.id),
		mark,
		company ? readHere(store, room.id, now) : undefined
	]);
	return {
		ok: true,
		room: roomDetails(room, state),
		page,
		readTo: readTo && Math.min(readTo, page.cursor.message),
		here
	};
}
