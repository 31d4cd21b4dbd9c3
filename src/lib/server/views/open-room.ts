import type { Hpkv } from '../../../hpkv/port.ts';
import type { Here } from '../../chat/people/presence.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import { withCards } from '../history/answered.ts';
import { readPage, type Page, type Place } from '../history/history.ts';
import { readHere } from '../presence/presence.ts';
import { readMark } from '../rooms/read-marks.ts';
import type { RoomAccess } from '../rooms/access.ts';
import { readRoomState } from '../rooms/rooms.ts';

interface Visit {
	find: () => Promise<RoomAccess>;
	place: Place;
	/** Called only after `find` has succeeded, so that its failure is not left unhandled. */
	person: () => Promise<string | undefined>;
	company: boolean;
}

export interface OpenedRoom {
	ok: true;
	room: RoomDetails;
	page: Page;
	readTo?: number;
	here?: Here;
}

/** Three dependent round trips: the room and the session; the counters and what needs only the id; the messages. */
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
		readPage(store, room.id, place, now, mark).then((page) => withCards(store, found, page)),
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
