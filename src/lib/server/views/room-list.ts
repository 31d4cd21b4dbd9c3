import type { Hpkv } from '../../../hpkv/port.ts';
import { rank } from '../../chat/rooms/room-order.ts';
import type { RoomRow } from '../../chat/rooms/room.ts';
import { MANY, unreadInAll } from '../../chat/reading/unread.ts';
import { readMentions } from '../messages/mentions.ts';
import type { Visitor } from '../people/visitor.ts';
import { readableRooms } from '../rooms/access.ts';
import { readMarks } from '../rooms/read-marks.ts';
import { WATCHED_ROOMS } from '../rooms/subscribe-token.ts';
import type { RoomDirectory } from './room-directory.ts';

/** `now`: server time in milliseconds since 1970. */
export interface RoomsNow {
	rooms: RoomRow[];
	/** Unread messages in rooms on other pages. */
	more?: { unread: number };
	part?: Part;
	now: number;
}

/** `size` rooms a page; `page` from 1 on. */
export interface Part {
	size: number;
	page: number;
	pages: number;
}

/** The room lists of visitors, from one directory. */
export class RoomLists {
	readonly #store: Hpkv;
	readonly #directory: RoomDirectory;

	constructor(store: Hpkv, directory: RoomDirectory) {
		this.#store = store;
		this.#directory = directory;
	}

	/** For a page that is rendered; may be a second old. */
	recent(visitor: Visitor, size?: number, page?: number): Promise<RoomsNow> {
		return listFor(this.#store, visitor, this.#directory.recent(), size, page);
	}

	/** For a page that has just subscribed: read after the call. */
	now(visitor: Visitor, size?: number, page?: number): Promise<RoomsNow> {
		return listFor(this.#store, visitor, this.#directory.now(), size, page);
	}

	/** The ids of the rooms that a page watches, the first of its list first. */
	async watched(visitor: Visitor, person: string): Promise<string[]> {
		const [rows, marks] = await Promise.all([
			readableRooms(this.#store, visitor, this.#directory.now()),
			readMarks(this.#store, person)
		]);
		return orderedFor(rows, marks)
			.slice(0, WATCHED_ROOMS)
			.map(({ id }) => id);
	}
}

export async function listFor(
	store: Hpkv,
	visitor: Pick<Visitor, 'session' | 'place' | 'person'>,
	rooms: Promise<readonly RoomRow[]>,
	size = Infinity,
	page = 1
): Promise<RoomsNow> {
	const now = Date.now();
	const person = visitor.person();
	const [rows, marks, mentions] = await Promise.all([
		readableRooms(store, visitor, rooms),
		person.then((id) => (id ? readMarks(store, id) : undefined)),
		person.then((id) => (id ? readMentions(store, id) : undefined))
	]);
	const pages = Math.max(1, Math.ceil(rows.length / size));
	const part = { size, page: Math.min(page, pages), pages };
	const from = pages > 1 ? (part.page - 1) * size : 0;
	const ordered = orderedFor(rows, marks);
	const shown = ordered
		.slice(from, from + size)
		.map(({ id, slug, name, createdAt, last, count, archived }): RoomRow => {
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
	if (pages === 1) return { rooms: shown, now };
	const others = ordered.filter((_, i) => i < from || i >= from + size);
	const unread = unreadInAll(others.map(({ id, count }) => ({ count, read: marks?.get(id) })));
	return { rooms: shown, more: { unread }, part, now };
}

/** Orders rooms for one person. @param rows newest activity first */
export function orderedFor<Row extends RoomRow>(
	rows: readonly Row[],
	marks: ReadonlyMap<string, number> | undefined
): readonly Row[] {
	const ranks: [Row[], Row[], Row[]] = [[], [], []];
	for (const row of rows) ranks[rank({ archived: row.archived, last: row.last, read: marks?.get(row.id) })].push(row);
	return ranks.flat();
}
