import { resolve } from '$app/paths';
import type { Ticket } from '$lib/live/connection/Connection.svelte.ts';
import type { RoomsThen } from '$lib/live/rooms/RoomListSync.svelte.ts';
import { ask } from './polite-fetch.ts';

/** A token for this page's socket: for the rooms of the list, and the open room. `undefined` if nobody is signed in. */
export async function fetchTicket(signal: AbortSignal, room?: string): Promise<Ticket | undefined> {
	const response = await ask(`${resolve('/watch')}${room ? `?room=${encodeURIComponent(room)}` : ''}`, { signal });
	if (response.status === 401) return undefined;
	const ticket = (await response.json()) as Ticket;
	if (!response.ok && !ticket.refusal) throw new Error(`The server answered ${response.status}`);
	return ticket;
}

/** A dead line returns no error. */
const ANSWER_TIMEOUT_MS = 20_000;

/** A part of the room list (`latest`, `page=2`); without one, as many rooms as the search by name covers. */
export async function fetchRooms(part = ''): Promise<RoomsThen> {
	const response = await ask(`${resolve('/rooms.json')}?${part}`, {
		signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS)
	});
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as RoomsThen;
}
