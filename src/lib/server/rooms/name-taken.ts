import { keptRoom, takenRoom } from '$lib/chat/text/error-texts.ts';
import type { RoomDetails } from '$lib/chat/rooms/room-details.ts';
import { isSameRoomName } from '$lib/server/rooms/room-names.ts';

export const takenBy = ({ name, archived }: RoomDetails, typed: string) =>
	(isSameRoomName(name, typed) ? takenRoom : keptRoom)(name, archived);
