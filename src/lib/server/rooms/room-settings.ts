/**
 * What becomes of a room after it was created: another name, a description, the archive. All of it is one record beside
 * the room's own, into which each change is merged by the store: nobody reads it first, a page reads it in one operation
 * beside the counters, and two people who change two things at once both have their way.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { characters, clean } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { MAX_ROOM_TOPIC } from '../../chat/limits.ts';
import { roomName, type NameRefusal } from '../../chat/people/name.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { claimAddressFor, claimRoomName } from './room-names.ts';
import { readRoomState } from './rooms.ts';

export type RoomRenamed =
	{ ok: true; slug: string } | { ok: false; because: NameRefusal } | { ok: false; because: 'taken'; room: RoomDetails };

/**
 * Gives a room another name. Name and address are claimed as at creation, so that no two rooms ever have one name, and a
 * retry finds its own claims. The earlier names stay the room's: their addresses lead to it for good.
 */
export async function renameRoom(store: Hpkv, room: ChatRoom, typed: string): Promise<RoomRenamed> {
	const name = roomName(typed);
	if (!name.ok) return name;
	const holder = await claimRoomName(store, room, name.name);
	if (holder.id !== room.id) {
		return { ok: false, because: 'taken', room: roomDetails(holder, await readRoomState(store, holder.id)) };
	}
	const slug = await claimAddressFor(store, room, name);
	await become(store, room.id, { name: name.name, slug });
	return { ok: true, slug };
}

/** Says what a room is for; nothing is a description, too. False where it is too long. */
export async function describeRoom(store: Hpkv, room: string, typed: string): Promise<boolean> {
	const topic = clean(typed).replace(/\s+/gu, ' ').trim();
	if (characters(topic) > MAX_ROOM_TOPIC) return false;
	await become(store, room, { topic });
	return true;
}

/** Closes a room for writing, or opens it again. */
export async function archiveRoom(store: Hpkv, room: string, archived: boolean): Promise<void> {
	await become(store, room, { archived });
}

/** Closes many rooms, or opens them again. The pages that list them are woken once for all of them. */
export async function archiveRooms(store: Hpkv, rooms: readonly string[], archived: boolean): Promise<void> {
	const change = JSON.stringify({ archived });
	await Promise.all(rooms.map((room) => store.patch(keys.roomState(room), change)));
	const [id] = rooms;
	if (id !== undefined) await store.set(keys.liveRooms, JSON.stringify({ id, archived }));
}

/** Pages that show the room or list it are told what is new of it. */
async function become(store: Hpkv, room: string, change: RoomState): Promise<void> {
	await store.patch(keys.roomState(room), JSON.stringify(change));
	await store.set(keys.liveRooms, JSON.stringify({ id: room, ...change }));
}
