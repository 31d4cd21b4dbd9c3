/** Requests of every room's page. `room` is its path. Loads throw without an answer: callers ask again. A person's posts give a receipt. */
import type { Answered } from '../../chat/messages/answered.ts';
import type { RoomDetails } from '../../chat/rooms/room-details.ts';
import type { News } from '../timeline/RoomSync.svelte.ts';
import { loadJson, succeeded } from './load-json.ts';
import { ask } from './polite-fetch.ts';

export const NO_CONNECTION = 'Waiting for connection.';

export const loadCards = (room: string, numbers: readonly number[]) =>
	loadJson<Record<number, Answered>>(`${room}/messages?answered=${numbers.join()}`);

export async function loadSince(
	room: string,
	query: URLSearchParams,
	signal: AbortSignal
): Promise<News & { room: RoomDetails }> {
	const response = await ask(`${room}/since?${query}`, { signal });
	// The room is gone: the store was restored from a backup. The reloaded page says so; drafts stay in the browser.
	if (response.status === 404) location.reload();
	return (await succeeded(response).json()) as News & { room: RoomDetails };
}

/** Posts the read mark of the room. Throws if the post must be repeated. */
export async function markRead(room: string, n: number): Promise<void> {
	const response = await ask(`${room}/read`, {
		method: 'POST',
		body: new URLSearchParams({ n: String(n) }),
		keepalive: true
	});
	// A refusal that is final (the session has ended) is not retried.
	if (response.status >= 500) succeeded(response);
}

/** Posts what a page does in the room; `tab` is the page's id. Resolves to the people present, after `here`. */
export async function sendPresence(room: string, tab: string, act: 'here' | 'gone' | 'typing'): Promise<unknown> {
	try {
		const body = new URLSearchParams({ tab, act });
		const response = await ask(`${room}/here`, { method: 'POST', body, keepalive: true });
		return response.status === 200 ? ((await response.json()) as unknown) : undefined;
	} catch {
		return undefined; // not reached: the connection shows it
	}
}
