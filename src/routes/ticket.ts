import { resolve } from '$app/paths';
import type { Ticket } from '$lib/live/Connection.svelte.ts';
import type { RoomsThen } from '$lib/live/RoomListFeed.svelte.ts';

/** A token for this page's socket: for the rooms of the list, and the one that is open. `undefined` when nobody is signed in. */
export async function fetchTicket(signal: AbortSignal, room?: string): Promise<Ticket | undefined> {
	const response = await fetch(`${resolve('/watch')}${room ? `?room=${encodeURIComponent(room)}` : ''}`, { signal });
	if (response.status === 401) return undefined;
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as Ticket;
}

/** In milliseconds: a silent line does not even answer with an error. */
const ANSWER_WITHIN = 20_000;

/** The list of rooms: all of them, or the latest. */
export async function fetchRooms(latest = false): Promise<RoomsThen> {
	const response = await fetch(`${resolve('/rooms.json')}${latest ? '?latest' : ''}`, {
		signal: AbortSignal.timeout(ANSWER_WITHIN)
	});
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as RoomsThen;
}
