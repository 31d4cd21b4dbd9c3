import type { RoomChange } from '$lib/chat/messages/live-events.ts';
import type { News } from '$lib/live/timeline/RoomSync.svelte.ts';
import { ask } from './polite-fetch.ts';

/** What a page of the room lacks, and what the room is now. @throws when the server could not be asked */
export async function fetchSince(
	room: string,
	query: URLSearchParams,
	signal: AbortSignal
): Promise<News & { room: RoomChange }> {
	const response = await ask(`${room}/since?${query}`, { signal });
	// There is no such room any more: the store was put back to an earlier state. The page says so; what was written is kept.
	if (response.status === 404) location.reload();
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as News & { room: RoomChange };
}
