/** The part of a name that fits a path, with a number where several names (C, C++) give the same. Old rooms hold names by it alone. */
import { WAKE } from '../../chat/messages/live-events.ts';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { MAX_ADDRESS_NUMBER } from '../../chat/limits.ts';
import { foldRoomName, numbered, roomName, slug, type RoomName } from '../../chat/people/name.ts';
import { kindOf } from '../../chat/rooms/kind.ts';
import { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { appendClaim, claim, winner } from '../storage/claims.ts';
import { digest } from '../storage/ids.ts';
import { groupOf, groupsOf, skeletonsOf } from '../names/look-alikes.ts';
import { claimInTwoLogs, claimNewInTwoLogs, mayBeUnfiled, type NameKind } from '../names/two-logs.ts';
import { parsed } from '../storage/parse-json.ts';

/** `as`: the name that the claim is for, if the room was created under another. */
const AddressClaim = ChatRoom.extend({ as: z.string().optional() });
type AddressClaim = z.infer<typeof AddressClaim>;

const looks = (name: string) => skeletonsOf(name).map(foldRoomName);
const alike = (one: string, other: string) => looks(other).some((look) => looks(one).includes(look));

export const ROOM_NAMES: NameKind<ChatRoom> = {
	parse: (value) => ChatRoom.safeParse(value).data,
	spelling: (name) => keys.roomName(digest(foldRoomName(name))),
	group: (name) => keys.roomLook(digest(foldRoomName(groupOf(name)))),
	groups: (name) => groupsOf(name).map((group) => keys.roomLook(digest(foldRoomName(group)))),
	earlier: () => [],
	alike
};

export const isSameRoomName = (one: string, other: string) =>
	foldRoomName(one) === foldRoomName(other) || alike(one, other);

/** @returns the room that has the name, as it was created */
export async function claimRoomName(store: Hpkv, room: ChatRoom, name: string): Promise<ChatRoom> {
	const earlier = await earlierHolder(store, room, name);
	// A loser also finishes the winner's room, since the winner may have crashed between its claim and its record.
	return finishRoom(store, earlier ?? (await claimInTwoLogs(store, ROOM_NAMES, { ...room, name })));
}

/** For a name that nobody is expected to have. @param later gets what nobody need wait for */
export async function claimNewRoomName(store: Hpkv, room: ChatRoom, later: Later): Promise<ChatRoom> {
	const earlier = (await mayBeUnfiled(store, room.name)) ? await earlierHolder(store, room, room.name) : undefined;
	const { holder, isFirst } = earlier
		? { holder: earlier, isFirst: false }
		: await claimNewInTwoLogs(store, ROOM_NAMES, room);
	return finishRoom(store, holder, { isFirst, later });
}

export type Later = (work: () => Promise<unknown>) => unknown;
const atOnce: Later = (work) => work();

/** The caller must have claimed the name. */
export const claimAddressFor = (store: Hpkv, room: ChatRoom, { name, folded }: Extract<RoomName, { ok: true }>) =>
	claimAddress(store, room, folded, name);

/** Writes the room's record if it is missing. @returns the record */
async function finishRoom(
	store: Hpkv,
	claimed: ChatRoom,
	{ isFirst, later }: { isFirst: boolean; later: Later } = { isFirst: false, later: atOnce }
): Promise<ChatRoom> {
	const written = isFirst ? undefined : parsed(ChatRoom, await store.get(keys.room(claimed.id)));
	if (written) return written;
	const address = isFirst ? await claimFirstAddress(store, claimed) : undefined;
	const room = { ...claimed, slug: address ?? (await claimAddress(store, claimed, claimed.slug)) };
	await store.set(keys.room(room.id), JSON.stringify(room));
	await later(() => store.set(keys.liveRooms, WAKE));
	return room;
}

/** The address of a room that has claimed none, at two calls; undefined where another room holds it. */
async function claimFirstAddress(store: Hpkv, room: ChatRoom): Promise<string | undefined> {
	const key = keys.slug(digest(room.slug));
	await appendClaim(store, key, room);
	const holder = ChatRoom.parse(await winner(store, key));
	return holder.id === room.id ? room.slug : undefined;
}

async function claimAddress(store: Hpkv, room: ChatRoom, address: string, as?: string): Promise<string> {
	for (let number = 1; ; number++) {
		// The room's id is unique, so this ends.
		const slug = numbered(address, number > MAX_ADDRESS_NUMBER ? room.id : number);
		const mine: AddressClaim = as === undefined ? { ...room, slug } : { ...room, as };
		const holder = ChatRoom.parse(await claim(store, keys.slug(digest(slug)), mine));
		if (holder.id === room.id || number > MAX_ADDRESS_NUMBER) return slug;
	}
}

/** The other room that holds this name, or a look-alike, by its address alone. */
async function earlierHolder(store: Hpkv, { id }: ChatRoom, name: string): Promise<ChatRoom | undefined> {
	for (const address of new Set([name, ...skeletonsOf(name)].map(slug))) {
		const held = await namesAt(store, address);
		if (held && held.room.id !== id && (held.names?.some((other) => isSameRoomName(other, name)) ?? true))
			return held.room;
	}
	return undefined;
}

/** `names`: those the room has at this address; undefined if it was renamed before claims held `as`. */
async function namesAt(
	store: Hpkv,
	address: string
): Promise<{ room: ChatRoom; names: string[] | undefined } | undefined> {
	const held = AddressClaim.safeParse(await winner(store, keys.slug(digest(address)))).data;
	if (!held) return undefined;
	const { as, ...room } = held;
	const state = parsed(RoomState, await store.get(keys.roomState(room.id)));
	// A private room's present name is for its members.
	const now = state && kindOf(room.id, state) === 'open' ? state.name : undefined;
	const names = room.slug === address ? [room.name] : as !== undefined ? [as] : [];
	if (now !== undefined && slug(now) === address) names.push(now);
	return { room, names: names.length > 0 ? names : undefined };
}

/** The room that has or had this name, or is at this address. */
export async function findRoomNamed(store: Hpkv, typed: string): Promise<ChatRoom | undefined> {
	const name = roomName(typed, { isClaimed: true });
	if (!name.ok) return undefined;
	const claimed = ROOM_NAMES.parse(await winner(store, ROOM_NAMES.spelling(name.name)));
	if (claimed) return finishRoom(store, claimed);
	const address = slug(name.name);
	const held = await namesAt(store, address);
	if (!held) return undefined;
	const isCalledSo = held.names?.some((other) => isSameRoomName(other, name.name)) ?? true;
	return isCalledSo || address === name.name.toLowerCase() ? held.room : undefined;
}
