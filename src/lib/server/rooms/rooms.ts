import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roomName, slug, type NameRefusal } from '../../chat/people/name.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { MAX_NORMALIZED } from '../../chat/limits.ts';
import { winner } from '../storage/claims.ts';
import { digest, idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { claimRoomName } from './room-names.ts';

export type Created =
	| { ok: true; room: ChatRoom }
	| { ok: false; because: NameRefusal }
	| { ok: false; because: 'taken'; room: RoomDetails };

/** A repeated form (same `formId`) gets the same room. */
export async function createRoom(
	store: Hpkv,
	{ typed, person, formId }: { typed: string; person: string; formId: string },
	now: number
): Promise<Created> {
	const name = roomName(typed);
	if (!name.ok) return name;
	const mine: ChatRoom = {
		// The id includes the name: the same form sent with another name makes another room.
		id: idFrom(`room ${person} ${formId} ${name.spelling}`),
		slug: name.folded,
		name: name.name,
		createdAt: now,
		createdBy: person
	};
	const room = await claimRoomName(store, mine, mine.name);
	if (room.id === mine.id) return { ok: true, room };
	return { ok: false, because: 'taken', room: roomDetails(room, await readRoomState(store, room.id)) };
}

/** The room as it was created; it may have been renamed since. */
export async function findRoom(store: Hpkv, address: string): Promise<ChatRoom | undefined> {
	if (address.length > MAX_NORMALIZED) return undefined;
	const found = ChatRoom.safeParse(await winner(store, keys.slug(digest(slug(address)))));
	return found.data;
}

export async function readRoomState(store: Hpkv, room: string): Promise<RoomState> {
	return parsed(RoomState, await store.get(keys.roomState(room))) ?? {};
}

export async function isArchived(store: Hpkv, room: string): Promise<boolean> {
	return (await readRoomState(store, room)).archived ?? false;
}
