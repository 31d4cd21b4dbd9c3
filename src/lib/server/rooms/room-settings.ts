/** One record, into which the store merges each change: concurrent changes of two fields both remain. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { characters, clean } from '../../chat/messages/draft.ts';
import { keys } from '../../chat/storage/keys.ts';
import { MAX_ROOM_TOPIC } from '../../chat/limits.ts';
import { roomName, type NameRefusal } from '../../chat/people/name.ts';
import { kindOf, unlistedAddress } from '../../chat/rooms/kind.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import type { Events } from '../events.ts';
import { claimAddressFor, claimRoomName } from './room-names.ts';
import { nameTaken, readRoomState, type NameTaken } from './rooms.ts';

export type RoomRenamed = { ok: true; slug: string } | { ok: false; because: NameRefusal } | NameTaken;

/** The room keeps its earlier names and addresses for ever. A retry finds its own claims. */
export async function renameRoom(store: Hpkv, events: Events, room: ChatRoom, typed: string): Promise<RoomRenamed> {
	const name = roomName(typed);
	if (!name.ok) return name;
	const kind = kindOf(room.id, await readRoomState(store, room.id));
	if (kind !== 'open') {
		// A private room claims no name: a refusal would tell of it.
		await changeRoom(store, events, room.id, { name: name.name });
		return { ok: true, slug: unlistedAddress(room.id) };
	}
	const holder = await claimRoomName(store, room, name.name);
	if (holder.id !== room.id) return nameTaken(store, holder);
	const slug = await claimAddressFor(store, room, name);
	await changeRoom(store, events, room.id, { name: name.name, slug });
	return { ok: true, slug };
}

/** @returns false if the description is too long */
export async function describeRoom(store: Hpkv, events: Events, room: string, typed: string): Promise<boolean> {
	const topic = clean(typed).replace(/\s+/gu, ' ').trim();
	if (characters(topic) > MAX_ROOM_TOPIC) return false;
	await changeRoom(store, events, room, { topic });
	return true;
}

export async function archiveRoom(store: Hpkv, events: Events, room: string, archived: boolean): Promise<void> {
	await changeRoom(store, events, room, { archived });
}

export async function archiveRooms(
	store: Hpkv,
	events: Events,
	rooms: readonly string[],
	archived: boolean
): Promise<void> {
	const change = JSON.stringify({ archived });
	await Promise.all(rooms.map((room) => store.patch(keys.roomState(room), change)));
	await events.publish('roomChanged', { rooms, change: { archived } });
}

async function changeRoom(store: Hpkv, events: Events, room: string, change: RoomState): Promise<void> {
	await store.patch(keys.roomState(room), JSON.stringify(change));
	await events.publish('roomChanged', { rooms: [room], change });
}
