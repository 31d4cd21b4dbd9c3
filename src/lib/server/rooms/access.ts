/** The only way to a room for pages, form actions and endpoints. Rights are checked at each request and never cached. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { may } from '../../chat/people/permissions.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { NOT_YOURS, NO_SUCH_ROOM } from '../../chat/text/error-texts.ts';
import type { Visitor } from '../people/visitor.ts';
import { findRoom } from './rooms.ts';

export type RoomAct = 'read' | 'write' | 'manage';
export type RoomAccess = { ok: true; room: ChatRoom } | { ok: false; status: 403 | 404; error: string };

const ACTS = { read: 'read room', write: 'write in room', manage: 'manage room' } as const;
const NONE: RoomAccess = { ok: false, status: 404, error: NO_SUCH_ROOM };

/** The room as created, if the visitor may do `act`. Every act but `read` also waits for the session. */
export async function roomFor(
	store: Hpkv,
	visitor: Pick<Visitor, 'session'>,
	address: string,
	act: RoomAct
): Promise<RoomAccess> {
	const [room, session] = await Promise.all([findRoom(store, address), act === 'read' ? undefined : visitor.session()]);
	const actor = session && { id: session.person, operator: session.operator };
	if (!room || !may(actor, 'read room', room)) return NONE;
	return may(actor, ACTS[act], room) ? { ok: true, room } : { ok: false, status: 403, error: NOT_YOURS };
}
