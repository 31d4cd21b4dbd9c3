import type { Hpkv } from '../../../hpkv/port.ts';
import type { Here } from '../../chat/people/presence.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { withCards } from '../history/answered.ts';
import { readPage, type Page, type Place } from '../history/history.ts';
import type { Visitor } from '../people/visitor.ts';
import { readHere } from '../presence/presence.ts';
import { readMark } from '../rooms/read-marks.ts';
import { heardAs } from '../rooms/epochs.ts';
import { readInRoom, type entryMay, type RoomEntry, type RoomRefusal } from '../rooms/access.ts';

interface Visit {
	visitor: Pick<Visitor, 'session' | 'place' | 'person'>;
	/** The room's, in its path. */
	address: string;
	place: Place;
	company: boolean;
	recent?: Hpkv;
}

export interface OpenedRoom {
	ok: true;
	entry: Parameters<typeof entryMay>[0] & Pick<RoomEntry, 'from'>;
	room: RoomDetails;
	state: RoomState;
	/** The name by which a ticket says that its token hears the room. */
	heard?: string;
	page: Page;
	readTo?: number;
	here?: Here;
}

/** Three dependent round trips: room and session; counters and what needs only the id; messages. Two more for a private room. */
export async function openRoom(
	store: Hpkv,
	{ visitor, address, place, company, recent = store }: Visit,
	now: number
): Promise<OpenedRoom | RoomRefusal> {
	const opened = await readInRoom(store, visitor, address, async (room, from, membership) => {
		const { id } = room;
		// A member who opens the room for the first time goes on where they were added.
		const mark = visitor
			.person()
			.then(async (person) => (person ? ((await readMark(recent, person, id)) ?? membership?.at) : undefined));
		const [page, readTo, here] = await Promise.all([
			readPage(store, id, place, now, { first: from, mark }).then((page) => withCards(store, { room, from }, page)),
			mark,
			company ? readHere(store, id, now) : undefined
		]);
		return { page, readTo, here };
	});
	if (!opened.ok) return opened;
	const { room, state, data } = opened;
	const { page, readTo, here } = data;
	return {
		ok: true,
		entry: opened,
		room: roomDetails(room, state),
		state,
		heard: heardAs(room.id, state),
		page,
		readTo: readTo && Math.min(readTo, page.cursor.message),
		here
	};
}
