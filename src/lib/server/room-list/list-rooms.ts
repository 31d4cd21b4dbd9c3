import type { Hpkv } from '../../../hpkv/port.ts';
import { roomDetails } from '../../chat/rooms/room-details.ts';
import { activity } from '../../chat/rooms/room-order.ts';
import { ChatRoom, LastMessage, RoomState, type RoomRow } from '../../chat/rooms/room.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { rebuildPreview } from '../messages/preview.ts';
import { readRoom, readRoomState, roomStateIn } from '../rooms/rooms.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

/** Most previews that one list rebuilds; the others wait for the next. */
export const REBUILT_AT_ONCE = 10;

export interface ListedRoom extends RoomRow, Pick<ChatRoom, 'createdBy' | 'createdAt'> {
	createdAt: number;
	last?: LastMessage;
	/** The epoch and the revoked memberships, of one reading. They are not shown, nor are the marks of `@everyone`. */
	e?: RoomState['e'];
	x?: RoomState['x'];
	everyone?: RoomState['everyone'];
}

/**
 * All rooms, by name. Five ranges for each thousand rooms, and two for each preview that is behind. Rebuilt previews are stored in the
 * background, so a read-only store can be listed.
 * @param failed called when a preview could not be stored; the next list retries
 */
export async function listRooms(
	store: Hpkv,
	failed: (error: unknown) => void = () => undefined
): Promise<ListedRoom[]> {
	const [rooms, states, counts, lasts, opened] = await Promise.all([
		readRange(store, keys.rooms),
		readRange(store, keys.roomStates),
		readRange(store, keys.messageCounts),
		readRange(store, keys.lasts),
		readRange(store, keys.openedRooms)
	]);
	// Rooms that were created private keep their ids, which are outside the ranges.
	const others = await Promise.all(opened.map(({ key }) => readRow(store, idOf(key))));
	const countOf = new Map(counts.map(({ key, value }) => [idOf(key), Number(value)]));
	const lastOf = new Map(lasts.map(({ key, value }) => [idOf(key), parsed(LastMessage, value)]));
	const stateOf = new Map(states.map(({ key, value }) => [idOf(key), roomStateIn(value)]));
	const rows = rooms.flatMap(({ value }): ListedRoom[] => {
		const room = parsed(ChatRoom, value);
		if (!room) return [];
		const { id } = room;
		return [rowOf(room, stateOf.get(id) ?? {}, countOf.get(id) ?? 0, lastOf.get(id))];
	});
	rows.push(...others.filter((row) => row !== undefined));
	const behind = rows.filter((row) => row.count > (row.last?.n ?? 0)).slice(0, REBUILT_AT_ONCE);
	await Promise.all(behind.map((row) => rebuildPreview(store, row, failed)));
	return rows.sort(byName);
}

export async function readRow(store: Hpkv, id: string): Promise<ListedRoom | undefined> {
	const [room, state, count, last] = await Promise.all([
		readRoom(store, id),
		readRoomState(store, id),
		store.get(keys.messageCount(id)),
		store.get(keys.last(id))
	]);
	return room && rowOf(room, state, Number(count ?? 0), parsed(LastMessage, last));
}

const rowOf = (room: ChatRoom, state: RoomState, count: number, last: LastMessage | undefined): ListedRoom => ({
	...roomDetails(room, state),
	...{ count, last, e: state.e, x: state.x, everyone: state.everyone }
});

/** In English, where the names say nothing else: 2 before 10, and the same order on every node. */
const names = new Intl.Collator('en', { numeric: true });
export const byName = (a: RoomRow, b: RoomRow) => names.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);

/** Newest activity first, archived rooms last. */
export const newestFirst = (a: RoomRow, b: RoomRow) =>
	Number(a.archived) - Number(b.archived) || activity(b) - activity(a) || (a.id < b.id ? -1 : 1);
