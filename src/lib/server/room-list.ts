/** The list of rooms, as one person sees it: what is unread there, and how much of it mentions them. */
import type { Hpkv } from '../../hpkv/client/hpkv.ts';
import type { RoomRow } from '../chat/room.ts';
import { MANY, unreadInAll } from '../chat/unread.ts';
import { readMentions } from './mentions.ts';
import { readMarks } from './reads.ts';

/** The rooms at a time, by this server's clock. */
export interface RoomsNow {
	rooms: RoomRow[];
	/** There are more than these, and so much is unread there. */
	more?: { unread: number };
	now: number;
}

/** The latest `most` rooms, as `person` sees them: two ranges beside the rooms themselves. */
export async function listFor(
	store: Hpkv,
	person: Promise<string | undefined>,
	rooms: Promise<readonly RoomRow[]>,
	most = Infinity
): Promise<RoomsNow> {
	const now = Date.now();
	const [rows, marks, mentions] = await Promise.all([
		rooms,
		person.then((id) => (id ? readMarks(store, id) : undefined)),
		person.then((id) => (id ? readMentions(store, id) : undefined))
	]);
	const latest = rows.slice(0, most).map(({ id, slug, name, createdAt, last, count, archived }): RoomRow => {
		const read = marks?.get(id);
		const unread = mentions?.get(id)?.filter((n) => n > (read ?? 0)) ?? [];
		return {
			id,
			slug,
			name,
			createdAt,
			last,
			count,
			read,
			mentions: unread.length > 0 ? unread.slice(-MANY - 1) : undefined,
			archived: archived || undefined
		};
	});
	if (rows.length <= most) return { rooms: latest, now };
	const others = rows.slice(most).map(({ id, count }) => ({ count, read: marks?.get(id) }));
	return { rooms: latest, more: { unread: unreadInAll(others) }, now };
}
