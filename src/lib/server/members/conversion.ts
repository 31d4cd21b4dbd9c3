/** An open room becomes private, and a private one open. The caller has asked for the right, and said what it means. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { MESSAGES_SEARCHED_FOR_MEMBERS } from '../../chat/limits.ts';
import { StoredMessage } from '../../chat/messages/message.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { roomName } from '../../chat/people/name.ts';
import { isUnlistedId } from '../../chat/rooms/kind.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import { newEpoch, wakeEpoch } from '../rooms/epochs.ts';
import { addMember, readMembership } from '../rooms/memberships.ts';
import { claimAddressFor, claimRoomName } from '../rooms/room-names.ts';
import { nameTaken, readRoomState, type NameTaken } from '../rooms/rooms.ts';

/** Who has written in the room lately, and its creator: the members that it would have. */
export async function writersIn(store: Hpkv, room: ChatRoom): Promise<string[]> {
	const head = Number((await store.get(keys.messageCount(room.id))) ?? 0);
	const from = Math.max(1, head - MESSAGES_SEARCHED_FOR_MEMBERS + 1);
	const records = head === 0 ? [] : await readRange(store, keys.messages(room.id, from, head));
	const messages = records.flatMap(({ value }) => parsed(StoredMessage, value) ?? []);
	return [...new Set([room.createdBy, ...messages.flatMap((each) => ('id' in each ? each.person : []))])];
}

/** Members first, then the kind: a crash in between locks nobody out. Old tokens name the key without an epoch, which falls silent. */
export async function makePrivate(
	store: Hpkv,
	events: Events,
	room: ChatRoom,
	{ people, by, formId }: { people: readonly string[]; by: string; formId: string },
	now: number
): Promise<void> {
	const state = await readRoomState(store, room.id);
	for (const person of new Set([by, ...people])) {
		if (await readMembership(store, person, room.id, state)) continue;
		await addMember(store, { person, room: room.id, by, id: idFrom(`private ${room.id} ${person} ${formId}`) }, now);
	}
	const e = newEpoch();
	const change: RoomState = { kind: 'private', e, es: { [e]: 1 } };
	await store.patch(keys.roomState(room.id), JSON.stringify(change));
	await wakeEpoch(store, room.id, undefined);
	await store.set(keys.liveRooms, WAKE);
	await events.publish('roomChanged', { rooms: [room.id], change: { kind: 'private' } });
}

export type Opened = { ok: true; slug: string } | NameTaken;

/** The room claims its name now: another may have taken it. All of its history is everybody's. */
export async function makeOpen(store: Hpkv, events: Events, room: ChatRoom): Promise<Opened> {
	const state = await readRoomState(store, room.id);
	const name = roomName(roomDetails(room, state).name, { isClaimed: true });
	if (!name.ok) throw new Error(`Room ${room.id} has a name that no room can have`);
	const holder = await claimRoomName(store, { ...room, slug: name.folded, name: name.name }, name.name);
	if (holder.id !== room.id) return nameTaken(store, holder);
	const slug = await claimAddressFor(store, room, name);
	// The list of open rooms finds it by this record.
	if (isUnlistedId(room.id)) await store.set(keys.opened(room.id), 'true');
	const change: RoomState = { kind: 'open', name: name.name, slug };
	await store.patch(keys.roomState(room.id), JSON.stringify(change));
	if (state.e !== undefined) await wakeEpoch(store, room.id, state.e);
	await events.publish('roomChanged', { rooms: [room.id], change });
	return { ok: true, slug };
}
