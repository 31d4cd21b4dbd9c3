import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { roomName, slug, type NameRefusal } from '../../chat/people/name.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { MAX_NORMALIZED } from '../../chat/limits.ts';
import { winner } from '../storage/claims.ts';
import { digest, idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { claimNewRoomName, type Later } from './room-names.ts';

/** `room` is absent where the name belongs to a room that is private now: nothing is told of it. */
export type NameTaken = { ok: false; because: 'taken'; room?: RoomDetails };
export type Created = { ok: true; room: ChatRoom } | { ok: false; because: NameRefusal } | NameTaken;

export interface NewRoom {
	typed: string;
	person: string;
	formId: string;
}

/** A repeated form (same `formId`) gets the same room. @param later gets what nobody need wait for: lists of rooms are woken */
export async function createRoom(
	store: Hpkv,
	{ typed, person, formId }: NewRoom,
	now: number,
	later: Later = (work) => work()
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
	const room = await claimNewRoomName(store, mine, later);
	return room.id === mine.id ? { ok: true, room } : nameTaken(store, room);
}

export async function nameTaken(store: Hpkv, room: ChatRoom): Promise<NameTaken> {
	const details = roomDetails(room, await readRoomState(store, room.id));
	return details.kind === undefined ? { ok: false, because: 'taken', room: details } : { ok: false, because: 'taken' };
}

/** The open room at this address, as it was created; it may have been renamed, or made private since. */
export async function findRoom(store: Hpkv, address: string): Promise<ChatRoom | undefined> {
	if (address.length > MAX_NORMALIZED) return undefined;
	const found = ChatRoom.safeParse(await winner(store, keys.slug(digest(slug(address)))));
	return found.data;
}

export const readRoom = async (store: Hpkv, room: string): Promise<ChatRoom | undefined> =>
	parsed(ChatRoom, await store.get(keys.room(room)));

export const readRoomState = async (store: Hpkv, room: string): Promise<RoomState> =>
	roomStateIn(await store.get(keys.roomState(room)));

/** A damaged record is that of a private room. */
export const roomStateIn = (value: string | undefined): RoomState =>
	value === undefined ? {} : (parsed(RoomState, value) ?? { kind: 'private' });
