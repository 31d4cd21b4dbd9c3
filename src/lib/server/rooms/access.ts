/**
 * The only way to a room for pages, form actions and endpoints. Session, role and membership are read at each request; who may
 * read the place is as old as PlaceSettings keeps it: SETTINGS_KEPT_MS at a hosted store.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { may, type Actor } from '../../chat/people/permissions.ts';
import type { Place } from '../../chat/place/place.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { NOT_YOURS, NO_SUCH_ROOM } from '../../chat/text/error-texts.ts';
import type { Visitor } from '../people/visitor.ts';
import { isMember, roomsOf } from './memberships.ts';
import { findRoom } from './rooms.ts';

export type RoomAct = 'read' | 'write' | 'manage';
export type RoomAccess = { ok: true; room: ChatRoom } | { ok: false; status: 403 | 404; error: string };

const ACTS = { read: 'read room', write: 'write in room', manage: 'manage room' } as const;
const NONE: RoomAccess = { ok: false, status: 404, error: NO_SUCH_ROOM };

/** The room as created, if the visitor may do `act`. Reading where everybody may read does not wait for the session. */
export async function roomFor(
	store: Hpkv,
	visitor: Pick<Visitor, 'session' | 'place'>,
	address: string,
	act: RoomAct
): Promise<RoomAccess> {
	const [room, { reading }] = await Promise.all([findRoom(store, address), visitor.place()]);
	if (!room) return NONE;
	const session = act === 'read' && reading === 'everyone' ? undefined : await visitor.session();
	const actor = session && { id: session.person, role: session.role };
	const subject = await subjectOf(store, actor, room, reading);
	if (!may(actor, 'read room', subject)) return NONE;
	return may(actor, ACTS[act], subject) ? { ok: true, room } : { ok: false, status: 403, error: NOT_YOURS };
}

/** Whether who may read the room may see its message `n`, for answers that bring single messages from elsewhere in the room. */
export const maySeeMessage = (_found: Extract<RoomAccess, { ok: true }>, n: number): boolean => n >= 1;

/** Whether a person who is not the visitor may read the room. */
export const mayRead = async (
	store: Hpkv,
	person: NonNullable<Actor>,
	room: ChatRoom,
	{ reading }: Pick<Place, 'reading'>
): Promise<boolean> => may(person, 'read room', await subjectOf(store, person, room, reading));

async function subjectOf(store: Hpkv, actor: Actor, { id, createdBy }: ChatRoom, reading: Place['reading']) {
	return { createdBy, reading, isMember: actor?.role === 'guest' && (await isMember(store, actor.id, id)) };
}

/** Those of `rooms` that the visitor may read. */
export async function readableRooms<Room extends { id: string }>(
	store: Hpkv,
	visitor: Pick<Visitor, 'session' | 'place'>,
	rooms: Promise<readonly Room[]>
): Promise<readonly Room[]> {
	const [{ reading }, session, all] = await Promise.all([visitor.place(), visitor.session(), rooms]);
	return roomsReadBy(store, session && { id: session.person, role: session.role }, reading, all);
}

/** Those of `rooms` that the actor may read. */
export async function roomsReadBy<Room extends { id: string }>(
	store: Hpkv,
	actor: Actor,
	reading: Place['reading'],
	rooms: readonly Room[]
): Promise<readonly Room[]> {
	if (!may(actor, 'read place', { reading })) return [];
	if (reading === 'everyone' || actor?.role !== 'guest') return rooms;
	const own = await roomsOf(store, actor.id);
	return rooms.filter(({ id }) => own.has(id));
}
