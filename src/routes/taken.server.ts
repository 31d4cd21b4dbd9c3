import { keptRoom, takenRoom } from '$lib/chat/refusals.ts';
import type { RoomNow } from '$lib/chat/room-now.ts';
import { isSameRoomName } from '$lib/server/room-names.ts';

/** Why a room may not be called so: another one is, or was. */
export const takenBy = ({ name, archived }: RoomNow, typed: string) =>
	(isSameRoomName(name, typed) ? takenRoom : keptRoom)(name, archived);
