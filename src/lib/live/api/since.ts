import type { RoomDetails } from '$lib/chat/rooms/room-details.ts';
import type { News } from '$lib/live/timeline/RoomSync.svelte.ts';
import { ask } from './polite-fetch.ts';

/** Messages and changes that the page lacks, and the room's current row. Throws if the server could not be asked. */
export async function fetchSince(
	room: string,
	query: URLSearchParams,
	signal: AbortSignal
): Promise<News & { room: RoomDetails }> {
	const response = await ask(`${room}/since?${query}`, { signal });
	// The room is gone: the store was restored from a backup. The reloaded page says so; drafts stay in the browser.
	if (response.status === 404) location.reload();
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as News & { room: RoomDetails };
}
