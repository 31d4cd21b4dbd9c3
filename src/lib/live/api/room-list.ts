import { resolve } from '$app/paths';
import type { Ticket } from '$lib/live/connection/Connection.svelte.ts';
import type { RoomsThen } from '$lib/live/rooms/RoomListSync.svelte.ts';
import { ask } from './polite-fetch.ts';

/** A token for this page's socket: for the rooms of the list, and the one that is open. `undefined` when nobody is signed in. */
export async function fetchTicket(signal: AbortSignal, room?: string): Promise<Ticket | undefined> {
	const response = await ask(`${resolve('/watch')}${room ? `?room=${encodeURIComponent(room)}` : ''}`, { signal });
	if (response.status === 401) return undefined;
	const ticket = (await response.json()) as Ticket;
	if (!response.ok && !ticket.refusal) throw new Error(`The server answered ${response.status}`);
	return ticket;
}

/** In milliseconds: a silent line does not even answer with an error. */
const ANSWER_TIMEOUT_MS = 20_000;

/** A part of the list of rooms (`latest`, `page=2`); without one, as many as may be searched by name. */
export async function fetchRooms(part = ''): Promise<RoomsThen> {
	const response = await ask(`${resolve('/rooms.json')}?${part}`, {
		signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS)
	});
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as RoomsThen;
}
