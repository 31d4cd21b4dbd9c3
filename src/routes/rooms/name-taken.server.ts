import { keptRoom, takenRoom } from '$lib/chat/text/error-texts.ts';
import type { NameTaken } from '$lib/server/rooms/rooms.ts';
import { isSameRoomName } from '$lib/server/rooms/room-names.ts';

/** @param typed shown in place of a name that the visitor may not know */
export function takenBy({ room }: NameTaken, typed: string): string {
	const { name, archived } = room ?? { name: typed, archived: false };
	return (isSameRoomName(name, typed) ? takenRoom : keptRoom)(name, archived);
}
