import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import { idOf, keys } from '../chat/keys.ts';
import { roomName, slug, type NameRefusal } from '../chat/name.ts';
import { preview } from '../chat/preview.ts';
import { roomNow, type RoomNow } from '../chat/room-now.ts';
import { activity } from '../chat/room-order.ts';
import { ChatRoom, LastMessage, RoomState, type RoomRow } from '../chat/room.ts';
import { winner } from './claims.ts';
import { digest, idFrom } from './ids.ts';
import { isDeleted, isMessage, readShown } from './marks.ts';
import { parsed } from './parsed.ts';
import { readRange } from './ranges.ts';
import { claimRoomName } from './room-names.ts';

export type Created =
	{ ok: true; room: ChatRoom } | { ok: false; because: NameRefusal } | { ok: false; because: 'taken'; room: RoomNow };

/**
 * Creates a room, or answers with the one that has the name. A form posted twice (`formId` is the same) makes one room
 * and gets it both times.
 */
export async function createRoom(
	store: Hpkv,
	{ typed, person, formId }: { typed: string; person: string; formId: string },
	now: number
): Promise<Created> {
	const name = roomName(typed);
	if (!name.ok) return name;
	const mine: ChatRoom = {
		// The name is part of it: the same form, gone back to and filled with another name, makes another room.
		id: idFrom(`room ${person} ${formId} ${name.spelling}`),
		slug: name.folded,
		name: name.name,
		createdAt: now,
		createdBy: person
	};
	const room = await claimRoomName(store, mine, mine.name);
	if (room.id === mine.id) return { ok: true, room };
	return { ok: false, because: 'taken', room: roomNow(room, await readRoomState(store, room.id)) };
}

/** The room at this address, as it was created, in one lookup. It may have moved to another name since. */
export async function findRoom(store: Hpkv, address: string): Promise<ChatRoom | undefined> {
	const found = ChatRoom.safeParse(await winner(store, keys.slug(digest(slug(address)))));
	return found.data;
}

export async function readRoomState(store: Hpkv, room: string): Promise<RoomState> {
	return parsed(RoomState, await store.get(keys.roomState(room))) ?? {};
}

export async function isArchived(store: Hpkv, room: string): Promise<boolean> {
	return (await readRoomState(store, room)).archived ?? false;
}

/** How many rows of a list are mended when their preview is behind their counter; the others wait for the next look. */
const MENDED = 10;

/** A room of the list, with who created it. */
export type ListedRoom = RoomRow & Pick<ChatRoom, 'createdBy'>;

/**
 * Every room, newest activity first and archived ones last; four ranges (for each thousand rooms), and two for each preview
 * left behind. Those are stored behind the answer: a store that takes no write can still be read.
 * @param failed told when a preview could not be stored; the next look tries again
 */
export async function listRooms(
	store: Hpkv,
	failed: (error: unknown) => void = () => undefined
): Promise<ListedRoom[]> {
	const [rooms, states, counts, lasts] = await Promise.all([
		readRange(store, keys.rooms),
		readRange(store, keys.roomStates),
		readRange(store, keys.messageCounts),
		readRange(store, keys.lasts)
	]);
	const countOf = new Map(counts.map(({ key, value }) => [idOf(key), Number(value)]));
	const lastOf = new Map(lasts.map(({ key, value }) => [idOf(key), parsed(LastMessage, value)]));
	const stateOf = new Map(states.map(({ key, value }) => [idOf(key), parsed(RoomState, value)]));
	const rows = rooms.flatMap(({ value }): ListedRoom[] => {
		const room = parsed(ChatRoom, value);
		if (!room) return [];
		const { id } = room;
		return [{ ...roomNow(room, stateOf.get(id) ?? {}), count: countOf.get(id) ?? 0, last: lastOf.get(id) }];
	});
	const behind = rows.filter((row) => row.count > (row.last?.n ?? 0)).slice(0, MENDED);
	await Promise.all(behind.map((row) => mendLast(store, row, failed)));
	return rows.sort(byActivity);
}

/** Newest activity first, archived ones last. What one person sees is ordered once more: chat/room-order.ts. */
export const byActivity = (a: RoomRow, b: RoomRow) =>
	Number(a.archived) - Number(b.archived) || activity(b) - activity(a) || (a.id < b.id ? -1 : 1);

/** A send that died between its record and its preview leaves a preview behind; the newest message stands at the counter. */
async function mendLast(store: Hpkv, row: RoomRow, failed: (error: unknown) => void): Promise<void> {
	const [newest] = await readShown(store, row.id, row.count, row.count);
	if (!newest || !isMessage(newest)) return;
	row.last = preview(newest);
	void storeLast(store, row.id, row.last, newest.deleted ?? false).catch(failed);
}

async function storeLast(store: Hpkv, room: string, last: LastMessage, deleted: boolean): Promise<void> {
	await store.set(keys.last(room), JSON.stringify(last));
	// It holds text: a deletion that came in between wins.
	if (deleted || !(await isDeleted(store, room, last.n))) return;
	last.text = '';
	await store.set(keys.last(room), JSON.stringify(last));
}
