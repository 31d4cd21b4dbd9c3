import type { RoomRow } from './room.ts';
import { unreadIn } from '../reading/unread.ts';
import { bare } from '../search/bare.ts';

const MAX_MATCHES = 12;

/** Rooms whose name contains `typed`, at the start of the name first, then of a word; within each unread ones first, then as given. */
export function matchRooms<Room extends Pick<RoomRow, 'name' | 'count' | 'read'>>(
	rooms: readonly Room[],
	typed: string,
	most = MAX_MATCHES
): Room[] {
	const wanted = bare(typed.trim());
	const rank = (name: string) => {
		const at = name.indexOf(wanted);
		return at < 0 ? 3 : at === 0 ? 0 : /[\p{L}\p{N}]/u.test(name[at - 1] ?? '') ? 2 : 1;
	};
	// Once for each room: a place may have thousands.
	return rooms
		.map((room) => ({ room, rank: rank(bare(room.name)), isRead: unreadIn(room) === 0 }))
		.filter(({ rank }) => rank < 3)
		.sort((a, b) => a.rank - b.rank || Number(a.isRead) - Number(b.isRead))
		.slice(0, most)
		.map(({ room }) => room);
}
