/** Which rooms somebody means who types a part of a name: to go there without looking for it. */
import type { RoomRow } from './room.ts';
import { unreadIn } from '../reading/unread.ts';

/** So many are offered at once. */
const MAX_MATCHES = 12;

/** Letters without their marks and case: `Café` is found by `cafe`. */
const bare = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** What is unread first; of those that are found, names that begin so before names in which a word does. Otherwise as they come. */
export function matchRooms<Room extends Pick<RoomRow, 'name' | 'count' | 'read'>>(
	rooms: readonly Room[],
	typed: string
): Room[] {
	const wanted = bare(typed.trim());
	const rank = ({ name }: Room) => {
		const at = bare(name).indexOf(wanted);
		return at < 0 ? 3 : at === 0 ? 0 : /[\p{L}\p{N}]/u.test(bare(name)[at - 1] ?? '') ? 2 : 1;
	};
	return rooms
		.filter((room) => rank(room) < 3)
		.sort((a, b) => rank(a) - rank(b) || Number(unreadIn(b) > 0) - Number(unreadIn(a) > 0))
		.slice(0, MAX_MATCHES);
}
