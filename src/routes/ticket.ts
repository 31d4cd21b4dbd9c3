import { resolve } from '$app/paths';
import type { Ticket } from '$lib/live/Connection.svelte.ts';

/** A token for this page's socket: for one room, or for those of the list. `undefined` when nobody is signed in. */
export async function fetchTicket(signal: AbortSignal, room?: string): Promise<Ticket | undefined> {
	const response = await fetch(`${resolve('/watch')}${room ? `?room=${encodeURIComponent(room)}` : ''}`, { signal });
	if (response.status === 401) return undefined;
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as Ticket;
}
