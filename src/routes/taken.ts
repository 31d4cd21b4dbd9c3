import { slug } from '$lib/chat/name.ts';
import { keptRoom, takenRoom } from '$lib/chat/refusals.ts';

/** Why a room may not be called so: another one is, or was. */
export const takenBy = (room: { name: string; slug: string }, typed: string) =>
	room.slug === slug(typed) ? takenRoom(room.name) : keptRoom(room.name);
