/** Why a person who may write in a room cannot write there now. */
import { kindOf, type RoomKind } from './kind.ts';
import type { RoomState } from './room.ts';

export type WriteRefusal = 'archived' | 'closed' | 'closed-by-you';

/** Whether the text was written for fewer people than the room has now. `added`: of the page on which it was written; absent in an open room. */
export const isForFewer = (added: string | undefined, kind: RoomKind, state: Pick<RoomState, 'added'>): boolean =>
	added !== undefined && (kind === 'open' || (kind === 'private' && added !== (state.added ?? '')));

/** `closed`: one of two has blocked the other's direct messages. */
export const writeRefusal = (room: string, state: RoomState, person: string | undefined): WriteRefusal | undefined =>
	state.archived ? 'archived' : blockOf(room, state, person);

/** Of a direct room for two, whether one has blocked the other. */
export function blockOf(
	room: string,
	{ closed = {} }: Pick<RoomState, 'closed'>,
	person: string | undefined
): Exclude<WriteRefusal, 'archived'> | undefined {
	if (kindOf(room, {}) !== 'direct' || Object.keys(closed).length === 0) return undefined;
	return person !== undefined && Object.hasOwn(closed, person) ? 'closed-by-you' : 'closed';
}
