/**
 * The only way to a room for pages, form actions and endpoints. Rights are read at each request, who may read the place as PlaceSettings keeps it.
 * Somebody who may not see a room gets the answer of a room that does not exist, after the same operations of the store.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { RIGHTS_KEPT_MS } from '../../chat/limits.ts';
import { roleOf } from '../../chat/people/person.ts';
import { may, type Actor } from '../../chat/people/permissions.ts';
import type { Place } from '../../chat/place/place.ts';
import { idInAddress, kindOf, PRIVATE_ID, unlistedAddress, unlistedId, type RoomKind } from '../../chat/rooms/kind.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { blockOf, writeRefusal, type WriteRefusal } from '../../chat/rooms/writing.ts';
import { messageRefusals, NOT_YOURS, NO_SUCH_ROOM } from '../../chat/text/error-texts.ts';
import { readStanding } from '../people/standing.ts';
import type { Visitor } from '../people/visitor.ts';
import { heldIn, membershipsOf, type Held } from './memberships.ts';
import { finishRemovals } from './removal.ts';
import { findRoom, readRoom, readRoomState } from './rooms.ts';

export type RoomAct = 'read' | 'write' | 'manage' | 'make private' | 'leave';
export type RoomRefusal = { ok: false; status: 403 | 404 | 409; error: string };

export interface RoomEntry {
	ok: true;
	room: ChatRoom;
	state: RoomState;
	kind: RoomKind;
	/** The first number that the visitor may read. */
	from: number;
	/** Absent in an open room, but for guests. */
	membership?: Held;
	/** When the rights were asked for; monotonic, in milliseconds. */
	askedAt: number;
	/** Asks again for the same act: rights may have ended. `forWriting`: also for the session, the role and the state of a direct room. */
	again: (options?: { forWriting?: boolean }) => Promise<RoomAccess>;
}
export type RoomAccess = RoomEntry | RoomRefusal;

type Asking = Pick<Visitor, 'session' | 'place' | 'person'> & Partial<Pick<Visitor, 'freshSession'>>;

const ACTS = {
	read: 'read room',
	write: 'write in room',
	manage: 'manage room',
	'make private': 'make room private',
	leave: 'leave room'
} as const;
const NONE: RoomRefusal = { ok: false, status: 404, error: NO_SUCH_ROOM };
/** Asked about in place of a room that does not exist. */
const NOWHERE: ChatRoom = {
	...{ id: unlistedId(PRIVATE_ID, 'nowhere'.repeat(4)), slug: '', name: '' },
	...{ createdAt: 0, createdBy: '' }
};

/** The room, if the visitor may do `act`. Reading where everybody may read does not wait for the session. */
export async function roomFor(store: Hpkv, visitor: Asking, address: string, act: RoomAct): Promise<RoomAccess> {
	const id = idInAddress(address);
	const askedAt = performance.now();
	if (id === undefined) {
		const room = (await findRoom(store, address)) ?? NOWHERE;
		return enter(store, visitor, room, await readRoomState(store, room.id), { act, askedAt });
	}
	const person = visitor.person();
	const [room, state, record] = await Promise.all([
		readRoom(store, id),
		readRoomState(store, id),
		person.then((person) => (person === undefined ? undefined : store.get(keys.memberOf(person, id))))
	]);
	return enter(store, visitor, room ?? NOWHERE, state, { act, askedAt, known: { record } });
}

/** @param asking.known the membership record of the visitor, if it was read already */
async function enter(
	store: Hpkv,
	visitor: Asking,
	room: ChatRoom,
	state: RoomState,
	{ act, askedAt, known }: { act: RoomAct; askedAt: number; known?: { record: string | undefined } }
): Promise<RoomAccess> {
	const kind = kindOf(room.id, state);
	const { reading } = await visitor.place();
	const mayAnybody = kind === 'open' && act === 'read' && reading === 'everyone';
	const session = mayAnybody ? undefined : await visitor.session();
	const actor = session && { id: session.person, role: session.role };
	const decides = kind !== 'open' || actor?.role === 'guest';
	const record =
		actor && decides ? (known ?? { record: await store.get(keys.memberOf(actor.id, room.id)) }).record : undefined;
	const membership = decides ? heldIn(record, state) : undefined;
	const subject = { kind, createdBy: room.createdBy, reading, isMember: membership !== undefined };
	if (room === NOWHERE || !may(actor, 'read room', subject)) return NONE;
	// Nobody has power in direct messages: they have no settings and no members to change.
	if (!may(actor, ACTS[act], subject)) return kind === 'direct' ? NONE : { ok: false, status: 403, error: NOT_YOURS };
	if (kind !== 'open') await finishRemovals(store, room.id, state, Date.now());
	const again: RoomEntry['again'] = async ({ forWriting = false } = {}) => {
		const askedAt = performance.now();
		if (forWriting) await visitor.freshSession?.();
		// Nothing ends a membership in a direct room. One of two may block the other.
		else if (kind === 'direct') return entry;
		const now = await readRoomState(store, room.id);
		// A membership is revoked in the state of the room, before its own record says so.
		const known = kindOf(room.id, now) === kind ? { record } : undefined;
		return enter(store, visitor, room, now, { act, askedAt, known });
	};
	// What everybody may read of an open room has no first number.
	const from = kind === 'open' ? 1 : (membership?.from ?? 1);
	const entry: RoomEntry = { ok: true, room, state, kind, from, membership, askedAt, again };
	return entry;
}

/** Asks for the rights after reading: who was removed gets no message from after the removal. @param read gets the first number to read */
export async function readInRoom<Data>(
	store: Hpkv,
	visitor: Asking,
	address: string,
	read: (room: ChatRoom, from: number, membership?: Held) => Promise<Data>
): Promise<(RoomEntry & { data: Data }) | RoomRefusal> {
	if (idInAddress(address) === undefined) {
		const room = (await findRoom(store, address)) ?? NOWHERE;
		const { reading } = await visitor.place();
		const session = reading === 'everyone' ? undefined : await visitor.session();
		const actor = session && { id: session.person, role: session.role };
		if (may(actor, 'read room', { createdBy: room.createdBy, reading })) {
			const began = performance.now();
			// In parallel: an open room that has become private within this second was open when the reading began.
			const [data, state] = await Promise.all([read(room, 1), readRoomState(store, room.id)]);
			if (kindOf(room.id, state) === 'open' && performance.now() - began < RIGHTS_KEPT_MS) {
				const entered = await enter(store, visitor, room, state, { act: 'read', askedAt: began });
				return entered.ok ? { ...entered, data } : entered;
			}
		}
	}
	let entered = await roomFor(store, visitor, address, 'read');
	while (entered.ok) {
		const data = await read(entered.room, entered.from, entered.membership);
		const after: RoomAccess = await entered.again();
		if (!after.ok || after.from <= entered.from) return after.ok ? { ...after, data } : after;
		// Another membership, which begins later, has taken the place of the first.
		entered = after;
	}
	return entered;
}

/** Whether the visitor may do something else too. @param actor the visitor: for what everybody may read, the entry has no session */
export const entryMay = (
	{ room, kind, membership }: Pick<RoomEntry, 'room' | 'kind' | 'membership'>,
	actor: Actor,
	act: 'manage room' | 'leave room' | 'mention everyone'
): boolean => may(actor, act, { kind, createdBy: room.createdBy, isMember: membership !== undefined });

const CLOSED_STATUS = { archived: 409, closed: 403, 'closed-by-you': 409 } as const;

/** Whether writing is possible in the room now, for somebody who has the right to write there. */
export function mayWriteNow(
	{ room, state }: Pick<RoomEntry, 'room' | 'state'>,
	person: string
): { ok: true } | (RoomRefusal & { because: WriteRefusal }) {
	const because = writeRefusal(room.id, state, person);
	if (!because) return { ok: true };
	return { ok: false, because, status: CLOSED_STATUS[because], error: messageRefusals[because] };
}

/** Where one of two people has blocked the other, neither sees that the other is there. */
export const sharesPresence = ({ room, state }: Pick<RoomEntry, 'room' | 'state'>, person: string): boolean =>
	blockOf(room.id, state, person) === undefined;

/** A private room as operators see it from outside: name, dates and members. They may archive it, remove people, and let themselves in. */
export async function overseenRoom(
	store: Hpkv,
	visitor: Pick<Visitor, 'session'>,
	id: string
): Promise<{ ok: true; room: ChatRoom; state: RoomState } | RoomRefusal> {
	if (idInAddress(unlistedAddress(id)) === undefined) return NONE;
	const [session, room, state] = await Promise.all([visitor.session(), readRoom(store, id), readRoomState(store, id)]);
	const actor = session && { id: session.person, role: session.role };
	return room && may(actor, 'oversee room', { kind: kindOf(id, state) }) ? { ok: true, room, state } : NONE;
}

/** Whether a reader of the room may see its message `n`, for answers that bring single messages from elsewhere in the room. */
export const maySeeMessage = ({ from }: Pick<RoomEntry, 'from'>, n: number): boolean => n >= from;

/** Whether a person who is not the visitor may read the room. */
export async function mayRead(
	store: Hpkv,
	person: NonNullable<Actor>,
	{ room, state, kind }: Pick<RoomEntry, 'room' | 'state' | 'kind'>,
	{ reading }: Pick<Place, 'reading'>
): Promise<boolean> {
	const decides = kind !== 'open' || person.role === 'guest';
	const isMember = decides && heldIn(await store.get(keys.memberOf(person.id, room.id)), state) !== undefined;
	return may(person, 'read room', { kind, createdBy: room.createdBy, reading, isMember });
}

/** Whether a person may write `@everyone` in the room: asked of the sender of the stored message, also when another session repeats the send. */
export async function mayMentionEveryone(
	store: Hpkv,
	person: string,
	{ room, state, kind }: Pick<RoomEntry, 'room' | 'state' | 'kind'>
): Promise<boolean> {
	const [standing, record] = await Promise.all([
		readStanding(store, person),
		kind === 'private' ? store.get(keys.memberOf(person, room.id)) : undefined
	]);
	const isMember = heldIn(record, state) !== undefined;
	return may({ id: person, role: roleOf(standing) }, 'mention everyone', { kind, createdBy: room.createdBy, isMember });
}

export interface KnownRoom {
	id: string;
	/** By default, open. */
	kind?: RoomKind;
	/** Memberships that were revoked just now. */
	x?: RoomState['x'];
}

export async function readableRooms<Room extends KnownRoom>(
	store: Hpkv,
	visitor: Pick<Visitor, 'session' | 'place'>,
	rooms: Promise<readonly Room[]>
): Promise<readonly Room[]> {
	const [{ reading }, session, all] = await Promise.all([visitor.place(), visitor.session(), rooms]);
	return roomsReadBy(store, session && { id: session.person, role: session.role }, reading, all);
}

/** @param own the actor's membership records, if they were read already */
export async function roomsReadBy<Room extends KnownRoom>(
	store: Hpkv,
	actor: Actor,
	reading: Place['reading'],
	rooms: readonly Room[],
	own?: ReadonlyMap<string, string>
): Promise<readonly Room[]> {
	if (!may(actor, 'read place', { reading })) return [];
	const decides = ({ kind = 'open' }: Room) => kind !== 'open' || (reading !== 'everyone' && actor?.role === 'guest');
	if (!rooms.some(decides)) return rooms;
	const records = own ?? (actor ? await membershipsOf(store, actor.id) : new Map<string, string>());
	return rooms.filter((room) => {
		const { id, kind = 'open', x } = room;
		const isMember = decides(room) && heldIn(records.get(id), { x }) !== undefined;
		return may(actor, 'read room', { kind, createdBy: '', reading, isMember });
	});
}

/** Those of `rooms` that the visitor has the right to write in; an archived room is among them. */
export async function writableRooms<Room extends KnownRoom>(
	store: Hpkv,
	visitor: Pick<Visitor, 'session' | 'place'>,
	rooms: readonly Room[]
): Promise<readonly Room[]> {
	const [{ reading }, session] = await Promise.all([visitor.place(), visitor.session()]);
	if (!session) return [];
	const actor = { id: session.person, role: session.role };
	const decides = ({ kind = 'open' }: Room) => kind !== 'open' || actor.role === 'guest';
	const records = rooms.some(decides) ? await membershipsOf(store, actor.id) : new Map<string, string>();
	return rooms.filter((room) => {
		const { id, kind = 'open', x } = room;
		const isMember = decides(room) && heldIn(records.get(id), { x }) !== undefined;
		return may(actor, 'write in room', { kind, createdBy: '', reading, isMember });
	});
}
