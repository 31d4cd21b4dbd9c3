import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_SEARCH_RESULTS, ROOMS_IN_COMMON, ROOMS_TO_SEARCH } from '../../chat/limits.ts';
import { byActivity, isUnused, sectionsOf, type RoomOrder } from '../../chat/rooms/room-order.ts';
import { matchRooms } from '../../chat/rooms/room-search.ts';
import { selectRooms, shownAtHome } from '../../chat/rooms/room-selection.ts';
import { writeRefusal } from '../../chat/rooms/writing.ts';
import { Person } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import type { LastMessage, RoomRow } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { readMentions } from '../messages/mentions.ts';
import { readLevels } from '../people/room-levels.ts';
import { HEARS_NOTHING, type Hearing } from '../storage/hearing.ts';
import type { Visitor } from '../people/visitor.ts';
import { roomsReadBy, writableRooms } from '../rooms/access.ts';
import { heldIn, membershipsOf } from '../rooms/memberships.ts';
import { readMarks } from '../rooms/read-marks.ts';
import { readRoomState } from '../rooms/rooms.ts';
import { readStars } from '../rooms/stars.ts';
import { parsed } from '../storage/parse-json.ts';
import { WATCHED_ROOMS, type HeardRoom } from '../rooms/subscribe-token.ts';
import { byName, newestFirst, type ListedRoom } from './list-rooms.ts';
import { KeptMarks } from './kept-marks.ts';
import { withMarks, withoutEarlier, type Marked } from './marked-rows.ts';
import { mergeRows } from './merge-rows.ts';
import type { Own, OwnRooms } from './own-rooms.ts';
import type { RoomDirectory } from './room-directory.ts';
import { chooseListed, listed, pageOf, sent, type RoomsNow, type RoomsPage } from './sent-rows.ts';

export interface Home {
	previews: Record<string, LastMessage>;
	last?: { slug: string; name: string };
}

type Reader = Pick<Visitor, 'session' | 'place' | 'person' | 'roomOrder'>;

/** The room lists of visitors, from one directory. */
export class RoomLists {
	readonly #store: Hpkv;
	readonly #heard: { recent: Hpkv; rows: Hearing };
	readonly #directory: RoomDirectory;
	readonly #ownRooms: OwnRooms;
	readonly #marks: KeptMarks;
	/** Read once a request, which has a visitor of its own. */
	readonly #own = new WeakMap<Reader, Promise<Own | undefined>>();
	readonly #marked = new WeakMap<Reader, Promise<Marked | undefined>>();
	readonly #recentOf = new WeakMap<Reader, Promise<readonly ListedRoom[]>>();

	/**
	 * @param clock monotonic, in milliseconds
	 * @param heard the same store, whose answers may be remembered ones, and how the node hears the rows of rooms
	 */
	constructor(
		store: Hpkv,
		directory: RoomDirectory,
		own: OwnRooms,
		clock: () => number,
		heard: { recent: Hpkv; rows: Hearing } = { recent: store, rows: HEARS_NOTHING }
	) {
		this.#store = store;
		this.#heard = heard;
		this.#directory = directory;
		this.#ownRooms = own;
		this.#marks = new KeptMarks(store, clock, heard.recent);
	}

	/** For a page that is rendered; may be a second old. @param open the slug of the open room */
	async recent(visitor: Reader, open?: string): Promise<RoomsNow> {
		return listed(visitor.roomOrder(), await this.#recent(visitor), { open });
	}

	/** For a page that has just subscribed: read after the call. */
	async now(visitor: Reader, options: { open?: string; previews?: boolean } = {}): Promise<RoomsNow> {
		const order = visitor.roomOrder();
		return listed(visitor.roomOrder(), await this.#now(visitor, order), options);
	}

	/** What `/` shows beside `recent`: the previews by room id, and the room that was opened last. */
	async home(visitor: Reader & Pick<Visitor, 'lastRoom'>): Promise<Home> {
		const rows = await this.#recent(visitor);
		const chosen = chooseListed(rows);
		const shown = shownAtHome(chosen, chosen.length < rows.length);
		const last = visitor.lastRoom();
		const found = last === undefined ? undefined : rows.find(({ slug, archived }) => slug === last && !archived);
		return {
			previews: Object.fromEntries(shown.flatMap(({ id, last }) => (last ? [[id, last]] : []))),
			last: found && { slug: found.slug, name: found.name }
		};
	}

	/** All rooms but direct messages, starred ones first, archived and hidden ones last. */
	async page(visitor: Reader, page: number): Promise<RoomsPage> {
		const rows = (await this.#recent(visitor)).filter(({ kind }) => kind !== 'direct');
		const { starred, rooms, archived, hidden } = sectionsOf(rows);
		return pageOf([...starred, ...rooms, ...archived, ...hidden], page);
	}

	/** All direct messages, newest first. */
	async messagesPage(visitor: Reader, page: number): Promise<RoomsPage> {
		const rows = (await this.#recent(visitor)).filter(({ kind }) => kind === 'direct');
		return pageOf([...rows].sort(newestFirst), page);
	}

	/** Rooms by name, for a page of results. */
	async find(visitor: Reader, typed: string): Promise<RoomRow[]> {
		return matchRooms(await this.#recent(visitor), typed, MAX_SEARCH_RESULTS).map((row) => sent(row));
	}

	/**
	 * Rooms in which the visitor may write now, at most MAX_SEARCH_RESULTS: those that match the typed name; if nothing is typed,
	 * starred rooms first, then the most active.
	 */
	async toWriteIn(visitor: Reader, typed: string): Promise<RoomRow[]> {
		const rows = (await this.#recent(visitor)).filter(({ archived }) => !archived);
		const mine = await writableRooms(this.#store, visitor, rows);
		const offered =
			typed.trim() === ''
				? mine.filter(({ hidden }) => !hidden).sort((a, b) => +!!b.starred - +!!a.starred || byActivity(a, b))
				: matchRooms(mine, typed, MAX_SEARCH_RESULTS);
		const person = await visitor.person();
		const writable = await Promise.all(
			offered.slice(0, MAX_SEARCH_RESULTS).map(async (row) => {
				// A row of direct messages does not say whether they are closed: the room's state does.
				const state = row.person === undefined ? {} : await readRoomState(this.#heard.recent, row.id);
				return writeRefusal(row.id, state, person) === undefined ? [sent(row)] : [];
			})
		);
		return writable.flat();
	}

	/** The rooms that both the visitor and another person were let into, and those that a guest was: not more than ROOMS_IN_COMMON. */
	async inCommon(visitor: Reader, other: { id: string; role: Role }): Promise<{ slug: string; name: string }[]> {
		const [rows, memberships] = await Promise.all([this.#recent(visitor), membershipsOf(this.#store, other.id)]);
		return rows
			.filter(({ kind = 'open' }) => kind === 'private' || (kind === 'open' && other.role === 'guest'))
			.filter((row) => heldIn(memberships.get(row.id), row))
			.slice(0, ROOMS_IN_COMMON)
			.map(({ slug, name }) => ({ slug, name }));
	}

	/** For a search by name in the browser, most active first. */
	async toSearch(visitor: Reader): Promise<RoomsNow> {
		const rows = await this.#now(visitor, 'activity');
		const rooms = selectRooms(rows, { size: ROOMS_TO_SEARCH }).map((row) => sent(row));
		return { rooms, order: visitor.roomOrder(), now: Date.now() };
	}

	/**
	 * What a page hears of the rooms that it watches: those that it lists, and the most active ones where there are more. A
	 * direct message is announced by the person's list. An epoch that is out of date is that of a key on which nothing is said
	 * any more.
	 */
	async watched(visitor: Reader): Promise<HeardRoom[]> {
		const listing = this.#directory.now();
		const heardOf = async (areMarked: boolean) =>
			(await this.#rows(visitor, listing, 'activity', { areMarked, decides: true })).filter(
				({ kind }) => kind !== 'direct'
			);
		// What a person has read, starred and is mentioned in decides only among more rooms than a token holds.
		const all = await heardOf(false);
		const heard = all.length > WATCHED_ROOMS ? await heardOf(true) : all;
		return selectRooms(heard, { size: WATCHED_ROOMS }).flatMap(({ id, kind, e }) =>
			kind === undefined ? { id } : e === undefined ? [] : { id, epoch: e }
		);
	}

	/** Holds all that was announced before the call. */
	async #now(visitor: Reader, order: RoomOrder): Promise<readonly ListedRoom[]> {
		const isFresh = !(await this.#heard.rows.caughtUp());
		const listing = isFresh ? this.#directory.now(order) : this.#directory.recent(order);
		return this.#rows(visitor, listing, order, { isFresh });
	}

	/** A page and its layout ask for the same rows. */
	#recent(visitor: Reader): Promise<readonly ListedRoom[]> {
		return onceFor(this.#recentOf, visitor, () => this.#readRecent(visitor));
	}

	async #readRecent(visitor: Reader): Promise<readonly ListedRoom[]> {
		const order = visitor.roomOrder();
		// What another node has removed or made private is heard by then; else the memberships are read.
		const decides = !(await this.#heard.rows.caughtUp());
		return this.#rows(visitor, this.#directory.recent(order), order, { decides });
	}

	/**
	 * The rooms that the visitor may read, with what is theirs.
	 * @param isFresh whether the private rooms and direct messages must hold all that was announced before the call
	 * @param decides whether no remembered membership counts
	 * @param areMarked whether what the visitor has read, starred and is mentioned in is asked for
	 */
	async #rows(
		visitor: Reader,
		listing: Promise<readonly ListedRoom[]>,
		order: RoomOrder,
		{ isFresh = false, areMarked = true, decides = false } = {}
	): Promise<readonly ListedRoom[]> {
		const [all, own, marked] = await Promise.all([
			listing,
			this.#ownOf(visitor, isFresh, decides),
			areMarked ? this.#markedOf(visitor, isFresh) : undefined
		]);
		// Asked after the rows were read. The person of a session may be blocked.
		const [{ reading }, session] = await Promise.all([visitor.place(), visitor.session()]);
		const actor = session && { id: session.person, role: session.role };
		const readable = await roomsReadBy(this.#store, actor, reading, all, own?.memberships);
		const mine = actor && own ? own.rows : [];
		const both = mergeRows(readable, mine, order === 'name' ? byName : newestFirst);
		const now = Date.now();
		const joinedAt = marked && actor?.role !== 'guest' ? await this.#joinedAt(both, marked) : undefined;
		const theirs = marked && { ...marked, own, joinedAt };
		// One pass: there may be thousands of rooms.
		const rows = both.map((row) => {
			const seen = own ? withoutEarlier(row, own) : row;
			return theirs ? withMarks(seen, theirs, now) : seen;
		});
		if (order === 'name') return rows;
		const [loud, quiet, unused]: [ListedRoom[], ListedRoom[], ListedRoom[]] = [[], [], []];
		for (const row of rows) (isUnused(row) ? unused : row.quiet ? quiet : loud).push(row);
		return [...loud, ...quiet.sort(byName), ...unused];
	}

	async #joinedAt(rows: readonly ListedRoom[], { person, marks }: Marked): Promise<number | undefined> {
		const isAsked = rows.some(({ id, kind, everyone }) => kind === undefined && everyone && !marks.has(id));
		return isAsked ? parsed(Person, await this.#store.get(keys.person(person)))?.createdAt : undefined;
	}

	async #ownOf(visitor: Reader, isFresh: boolean, decides: boolean): Promise<Own | undefined> {
		const read = async () => {
			const person = await visitor.person();
			return person === undefined ? undefined : this.#ownRooms.of(person, isFresh, decides);
		};
		return isFresh ? read() : onceFor(this.#own, visitor, read);
	}

	#markedOf(visitor: Reader, isFresh: boolean): Promise<Marked | undefined> {
		if (isFresh) return this.#readMarked(visitor, this.#store, (person) => readMarks(this.#store, person));
		const marksOf = (person: string) => this.#marks.of(person);
		return onceFor(this.#marked, visitor, () => this.#readMarked(visitor, this.#heard.recent, marksOf));
	}

	async #readMarked(
		visitor: Reader,
		store: Hpkv,
		marksOf: (person: string) => Promise<Marked['marks']>
	): Promise<Marked | undefined> {
		const person = await visitor.person();
		if (!person) return undefined;
		const [marks, mentions, stars, levels] = await Promise.all([
			marksOf(person),
			readMentions(store, person),
			readStars(store, person),
			readLevels(store, person)
		]);
		return { person, marks, mentions, stars, levels };
	}
}

function onceFor<Value>(
	known: WeakMap<Reader, Promise<Value>>,
	visitor: Reader,
	read: () => Promise<Value>
): Promise<Value> {
	const before = known.get(visitor);
	if (before) return before;
	const value = read();
	known.set(visitor, value);
	return value;
}
