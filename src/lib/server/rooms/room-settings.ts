/**
 * Name, description and archive flag of an existing room: one record, into which the store merges each change. So no writer
 * reads it first, concurrent changes of two fields both remain, and a page reads it in one operation.
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
 * Renames a room. Name and address are claimed as at creation, so no two rooms share a name, and a retry finds its own
 * claims. The room keeps its earlier names and addresses for ever.
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

/** Sets the description, which may be empty. @returns false if it is too long */
export async function describeRoom(store: Hpkv, room: string, typed: string): Promise<boolean> {
	const topic = clean(typed).replace(/\s+/gu, ' ').trim();
	if (characters(topic) > MAX_ROOM_TOPIC) return false;
	await become(store, room, { topic });
	return true;
}

export async function archiveRoom(store: Hpkv, room: string, archived: boolean): Promise<void> {
	await become(store, room, { archived });
}

/** Archives or reopens many rooms, with one live event for all of them. */
export async function archiveRooms(store: Hpkv, rooms: readonly string[], archived: boolean): Promise<void> {
	const change = JSON.stringify({ archived });
	await Promise.all(rooms.map((room) => store.patch(keys.roomState(room), change)));
	const [id] = rooms;
	if (id !== undefined) await store.set(keys.liveRooms, JSON.stringify({ id, archived }));
}

/** Merges the change and notifies the pages that show or list the room. */
async function become(store: Hpkv, room: string, change: RoomState): Promise<void> {
	await store.patch(keys.roomState(room), JSON.stringify(change));
	await store.set(keys.liveRooms, JSON.stringify({ id: room, ...change }));
}
