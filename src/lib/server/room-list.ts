/** The list of rooms, as one person sees it: what is unread there, and how much of it mentions them. */
import type { RoomRow } from '../chat/room.ts';
import { unreadInAll } from '../chat/unread.ts';
import { sharedFlight } from './flight.ts';
import { readMentions } from './mentions.ts';
import { readMarks } from './reads.ts';
import { listRooms } from './rooms.ts';
import { store } from './store.ts';
import type { Visitor } from './visitor.ts';

/** The rooms at a time, by this server's clock. */
export interface RoomsNow {
	rooms: RoomRow[];
	/** There are more than these, and so much is unread there. */
	more?: { unread: number };
	now: number;
}

/** The same for everybody: who come at once share it, since a list of a thousand rooms is read whole. */
export const everyRoom = sharedFlight(() => listRooms(store));

/** Every room, newest activity first; the latest `most` of them. Six ranges at once. */
export async function roomsFor(visitor: Visitor, most = Infinity): Promise<RoomsNow> {
	const person = visitor.person();
	const now = Date.now();
	const [rows, marks, mentions] = await Promise.all([
		everyRoom(),
		person.then((id) => (id ? readMarks(store, id) : undefined)),
		person.then((id) => (id ? readMentions(store, id) : undefined))
	]);
	const rooms = rows.map(({ id, slug, name, createdAt, last, count, archived }): RoomRow => {
		const read = marks?.get(id);
		const unread = mentions?.get(id)?.filter((n) => n > (read ?? 0)).length;
		return {
			id,
			slug,
			name,
			createdAt,
			last,
			count,
			read,
			mentions: unread || undefined,
			archived: archived || undefined
		};
	});
	const latest = rooms.slice(0, most);
	return { rooms: latest, more: rooms.length > most ? { unread: unreadInAll(rooms.slice(most)) } : undefined, now };
}
