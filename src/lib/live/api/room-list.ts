import { resolve } from '$app/paths';
import type { Ticket } from '../connection/Connection.svelte.ts';
import type { RoomsThen } from '../rooms/RoomListSync.svelte.ts';
import { loadJson, succeeded } from './load-json.ts';
import { ask } from './polite-fetch.ts';

/** A token for this page's socket: for the rooms of the list, and the open room. `undefined` if nobody is signed in. */
export async function fetchTicket(signal: AbortSignal, room?: string): Promise<Ticket | undefined> {
	const response = await ask(`${resolve('/watch')}${room ? `?room=${encodeURIComponent(room)}` : ''}`, { signal });
	if (response.status === 401) return undefined;
	const ticket = (await response.json()) as Ticket;
	if (!ticket.refusal) succeeded(response);
	return ticket;
}

/** The list of a page, with the room that is open there, or with previews. */
export const fetchList = (page: { open?: string; previews?: boolean }) =>
	loadJson<RoomsThen>(
		`${resolve('/rooms.json')}?list${page.open ? `&open=${encodeURIComponent(page.open)}` : ''}${page.previews ? '&previews' : ''}`
	);
