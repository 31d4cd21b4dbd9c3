import type { Hpkv } from '../../../hpkv/port.ts';
import { LISTED_ROOMS, MAX_SEARCH_RESULTS, ROOMS_ON_PAGE, ROOMS_TO_SEARCH } from '../../chat/limits.ts';
import { isUnused, sectionsOf, type RoomOrder } from '../../chat/rooms/room-order.ts';
import { matchRooms } from '../../chat/rooms/room-search.ts';
import { selectRooms, shownAtHome } from '../../chat/rooms/room-selection.ts';
import type { LastMessage, RoomRow } from '../../chat/rooms/room.ts';
import { MANY, unreadInAll } from '../../chat/reading/unread.ts';
import { readMentions } from '../messages/mentions.ts';
import type { Visitor } from '../people/visitor.ts';
import { readableRooms } from '../rooms/access.ts';
import { readMarks } from '../rooms/read-marks.ts';
import { readStars } from '../rooms/stars.ts';
import { WATCHED_ROOMS } from '../rooms/subscribe-token.ts';
import type { ListedRoom } from './list-rooms.ts';
import type { RoomDirectory } from './room-directory.ts';

/** The rooms of every page's list. `now`: server time in milliseconds since 1970. */
export interface RoomsNow {
	/** In the person's order. */
	rooms: RoomRow[];
	order: RoomOrder;
	/** Unread messages in the rooms that are not listed; absent where all are. */
	more?: { unread: number };
	now: number;
}

export interface Home {
	previews: Record<string, LastMessage>;
	last?: { slug: string; name: string };
}

/** One page of all rooms, with previews; `page` from 1 on. */
export interface RoomsPage {
	rooms: RoomRow[];
	page: number;
	pages: number;
}

type Reader = Pick<Visitor, 'session' | 'place' | 'person' | 'roomOrder'>;

/** What the person of a request has read, is mentioned in, and has starred. */
interface Own {
	marks: ReadonlyMap<string, number>;
	mentions: ReadonlyMap<string, number[]>;
	stars: ReadonlySet<string>;
}

/** The room lists of visitors, from one directory. */
export class RoomLists {
	readonly #store: Hpkv;
	readonly #directory: RoomDirectory;
	/** Read once a request, which has a visitor of its own. */
	readonly #own = new WeakMap<Reader, Promise<Own | undefined>>();

	constructor(store: Hpkv, directory: RoomDirectory) {
		this.#store = store;
		this.#directory = directory;
	}

	/** For a page that is rendered; may be a second old. @param open the slug of the open room */
	async recent(visitor: Reader, open?: string): Promise<RoomsNow> {
		return listed(visitor, await this.#recent(visitor), { open });
	}

	/** For a page that has just subscribed: read after the call. */
	async now(visitor: Reader, options: { open?: string; previews?: boolean } = {}): Promise<RoomsNow> {
		const order = visitor.roomOrder();
		return listed(visitor, await this.#rows(visitor, this.#directory.now(order), order), options);
	}

	/** What `/` shows beside `recent`: the previews by room id, and the room that was opened last. */
	async home(visitor: Reader & Pick<Visitor, 'lastRoom'>): Promise<Home> {
		const rows = await this.#recent(visitor);
		const { rooms, more } = listed(visitor, rows, { previews: true });
		const shown = shownAtHome(rooms, more !== undefined);
		const last = visitor.lastRoom();
		const found = last === undefined ? undefined : rows.find(({ slug, archived }) => slug === last && !archived);
		return {
			previews: Object.fromEntries(shown.flatMap(({ id, last }) => (last ? [[id, last as LastMessage]] : []))),
			last: found && { slug: found.slug, name: found.name }
		};
	}

	/** All rooms, starred ones first and archived ones last. */
	async page(visitor: Reader, page: number): Promise<RoomsPage> {
		const rows = await this.#recent(visitor);
		const { starred, rooms, archived } = sectionsOf(rows);
		const pages = Math.max(1, Math.ceil(rows.length / ROOMS_ON_PAGE));
		const shown = Math.min(Math.max(1, page), pages);
		const from = (shown - 1) * ROOMS_ON_PAGE;
		const part = [...starred, ...rooms, ...archived].slice(from, from + ROOMS_ON_PAGE);
		return { rooms: part.map((row) => sent(row, true)), page: shown, pages };
	}

	/** Rooms by name, for a page of results. */
	async find(visitor: Reader, typed: string): Promise<RoomRow[]> {
		return matchRooms(await this.#recent(visitor), typed, MAX_SEARCH_RESULTS).map((row) => sent(row));
	}

	/** For a search by name in the browser, most active first. */
	async toSearch(visitor: Reader): Promise<RoomsNow> {
		return listed(visitor, await this.#rows(visitor, this.#directory.now(), 'activity'), { size: ROOMS_TO_SEARCH });
	}

	/** The ids of the rooms that a page watches: those that it lists, and the most active ones where there are more. */
	async watched(visitor: Reader): Promise<string[]> {
		const rows = await this.#rows(visitor, this.#directory.now(), 'activity');
		return selectRooms(rows, { size: WATCHED_ROOMS }).map(({ id }) => id);
	}

	#recent(visitor: Reader): Promise<readonly ListedRoom[]> {
		const order = visitor.roomOrder();
		return this.#rows(visitor, this.#directory.recent(order), order);
	}

	/** The rooms that the visitor may read, with what is theirs. */
	async #rows(visitor: Reader, all: Promise<readonly ListedRoom[]>, order: RoomOrder): Promise<readonly ListedRoom[]> {
		const [readable, own] = await Promise.all([readableRooms(this.#store, visitor, all), this.#ownOf(visitor)]);
		const rows = own ? readable.map((row) => withOwn(row, own)) : readable;
		if (order === 'name') return rows;
		return [...rows.filter((row) => !isUnused(row)), ...rows.filter(isUnused)];
	}

	#ownOf(visitor: Reader): Promise<Own | undefined> {
		const known = this.#own.get(visitor);
		if (known) return known;
		const own = this.#readOwn(visitor);
		this.#own.set(visitor, own);
		return own;
	}

	async #readOwn(visitor: Reader): Promise<Own | undefined> {
		const person = await visitor.person();
		if (!person) return undefined;
		const [marks, mentions, stars] = await Promise.all([
			readMarks(this.#store, person),
			readMentions(this.#store, person),
			readStars(this.#store, person)
		]);
		return { marks, mentions, stars };
	}
}

function withOwn(row: ListedRoom, { marks, mentions, stars }: Own): ListedRoom {
	const read = marks.get(row.id);
	const unread = mentions.get(row.id)?.filter((n) => n > (read ?? 0));
	return { ...row, read, mentions: unread, starred: stars.has(row.id) };
}

function listed(
	visitor: Reader,
	rows: readonly ListedRoom[],
	{ open, previews, size = LISTED_ROOMS }: { open?: string; previews?: boolean; size?: number }
): RoomsNow {
	const selected = selectRooms(rows, { size, open });
	const list: RoomsNow = {
		rooms: selected.map((row) => sent(row, previews)),
		order: visitor.roomOrder(),
		now: Date.now()
	};
	if (selected.length < rows.length) list.more = { unread: unreadInAll(rows) - unreadInAll(selected) };
	return list;
}

/** The row as the browser gets it, without absent members: in a page's data each would cost bytes. */
function sent(row: ListedRoom, previews = false): RoomRow {
	const { id, slug, name, createdAt, last, count, read, mentions, archived, starred } = row;
	const short: RoomRow = { id, slug, name, count };
	if (last) short.last = previews ? last : { n: last.n, timestamp: last.timestamp };
	else short.createdAt = createdAt;
	if (read !== undefined) short.read = read;
	if (mentions?.length) short.mentions = mentions.slice(-MANY - 1);
	if (archived) short.archived = true;
	if (starred) short.starred = true;
	return short;
}
