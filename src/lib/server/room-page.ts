import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import type { Here } from '../chat/presence.ts';
import { roomNow, type RoomNow } from '../chat/room-now.ts';
import { readPage, type Page, type Place } from './history.ts';
import { readHere } from './presence.ts';
import { readMark } from './reads.ts';
import { findRoom, readRoomState } from './rooms.ts';

interface Visit {
	slug: string;
	place: Place;
	/** Whose visit it is; nobody's, where nobody is signed in. Asked once the room is there, so that no failure goes unheard. */
	person: () => Promise<string | undefined>;
	/** Whether people see who is there. */
	company: boolean;
}

export interface OpenedRoom {
	room: RoomNow;
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
	{ slug, place, person, company }: Visit,
	now: number
): Promise<OpenedRoom | undefined> {
	const room = await findRoom(store, slug);
	if (!room) return undefined;
	const mark = person().then((id) => (id ? readMark(store, id, room.id) : undefined));
	const [page, state, readTo, here] = await Promise.all([
		readPage(store, room.id, place, now, mark),
		readRoomState(store, room.id),
		mark,
		company ? readHere(store, room.id, now) : undefined
	]);
	return { room: roomNow(room, state), page, readTo: readTo && Math.min(readTo, page.cursor.message), here };
}
