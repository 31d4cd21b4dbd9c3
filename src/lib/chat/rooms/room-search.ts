import type { RoomRow } from './room.ts';
import { unreadIn } from '../reading/unread.ts';
import { bare } from '../search/bare.ts';

/** In a dialog. */
const MAX_MATCHES = 12;

/**
 * Rooms whose name contains `typed`: matches at the start of the name first, then at the start of a word; unread rooms
 * first within each. Otherwise in the given order.
 */
export function matchRooms<Room extends Pick<RoomRow, 'name' | 'count' | 'read'>>(
	rooms: readonly Room[],
	typed: string,
	most = MAX_MATCHES
): Room[] {
	const wanted = bare(typed.trim());
	const rank = ({ name }: Room) => {
		const at = bare(name).indexOf(wanted);
		return at < 0 ? 3 : at === 0 ? 0 : /[\p{L}\p{N}]/u.test(bare(name)[at - 1] ?? '') ? 2 : 1;
	};
	return rooms
		.filter((room) => rank(room) < 3)
		.sort((a, b) => rank(a) - rank(b) || Number(unreadIn(b) > 0) - Number(unreadIn(a) > 0))
		.slice(0, most);
}
