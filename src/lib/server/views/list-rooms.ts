import type { Hpkv } from '../../../hpkv/port.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import { activity } from '../../chat/rooms/room-order.ts';
import { ChatRoom, LastMessage, RoomState, type RoomRow } from '../../chat/rooms/room.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { rebuildPreview } from '../messages/preview.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Most previews that one list rebuilds; the others wait for the next. */
const REBUILT_AT_ONCE = 10;

export interface ListedRoom extends RoomRow, Pick<ChatRoom, 'createdBy' | 'createdAt'> {
	createdAt: number;
	last?: LastMessage;
}

/**
 * All rooms, by name. Four ranges for each thousand rooms, and two for each preview that is behind. Rebuilt previews are stored in the
 * background, so a read-only store can be listed.
 * @param failed called when a preview could not be stored; the next list retries
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
		return [{ ...roomDetails(room, stateOf.get(id) ?? {}), count: countOf.get(id) ?? 0, last: lastOf.get(id) }];
	});
	const behind = rows.filter((row) => row.count > (row.last?.n ?? 0)).slice(0, REBUILT_AT_ONCE);
	await Promise.all(behind.map((row) => rebuildPreview(store, row, failed)));
	return rows.sort(byName);
}

/** In English, where the names say nothing else: 2 before 10, and the same order on every node. */
const names = new Intl.Collator('en', { numeric: true });
const byName = (a: RoomRow, b: RoomRow) => names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** Newest activity first, archived rooms last. */
export const newestFirst = (a: RoomRow, b: RoomRow) =>
	Number(a.archived) - Number(b.archived) || activity(b) - activity(a) || (a.id < b.id ? -1 : 1);
