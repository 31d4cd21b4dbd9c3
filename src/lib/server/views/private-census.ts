/** Private rooms as operators see them: names, members and dates, and nothing of what is written there. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { OPERATOR_PRIVATE_ROOMS_ON_PAGE } from '../../chat/limits.ts';
import { roomDetails, type RoomDetails } from '../../chat/rooms/room-details.ts';
import { ChatRoom } from '../../chat/rooms/room.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { membersIn } from '../rooms/memberships.ts';
import { readRoomState, roomStateIn } from '../rooms/rooms.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';
import type { ListedRoom } from '../room-list/list-rooms.ts';

export interface PrivateRoom {
	id: string;
	name: string;
	createdAt: number;
	createdBy: string;
	archived: boolean;
	members: number;
}

export interface PrivateCensus {
	rooms: PrivateRoom[];
	page: number;
	pages: number;
	total: number;
}

/** Two ranges for each thousand private rooms, two look-ups for each on the page. @param listed created open: some may be private now */
export async function privateCensus(
	store: Hpkv,
	listed: readonly ListedRoom[],
	{ find, page: asked }: { find: string; page: number }
): Promise<PrivateCensus> {
	const [rooms, states] = await Promise.all([
		readRange(store, keys.privateRooms),
		readRange(store, keys.privateRoomStates)
	]);
	const stateOf = new Map(states.map(({ key, value }) => [idOf(key), roomStateIn(value)]));
	const created = rooms.flatMap(({ value }): RoomDetails[] => {
		const room = parsed(ChatRoom, value);
		return room ? [roomDetails(room, stateOf.get(room.id) ?? {})] : [];
	});
	const words = find.trim().toLowerCase();
	const found = [...created, ...listed.filter(({ id }) => !stateOf.has(id))]
		.filter(({ kind, name }) => kind === 'private' && name.toLowerCase().includes(words))
		.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
	const pages = Math.max(1, Math.ceil(found.length / OPERATOR_PRIVATE_ROOMS_ON_PAGE));
	const page = Math.min(Math.max(1, asked), pages);
	const shown = found.slice((page - 1) * OPERATOR_PRIVATE_ROOMS_ON_PAGE, page * OPERATOR_PRIVATE_ROOMS_ON_PAGE);
	const counted = await Promise.all(
		shown.map(async ({ id, name, createdAt, createdBy, archived = false }) => {
			const members = (await membersIn(store, id, await readRoomState(store, id))).length;
			return { id, name, createdAt, createdBy, archived, members };
		})
	);
	return { rooms: counted, page, pages, total: found.length };
}
