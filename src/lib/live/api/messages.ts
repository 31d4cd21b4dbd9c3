import type { OpenedPage } from '$lib/live/timeline/timeline-merge.ts';
import { ask } from './polite-fetch.ts';

/** A dead line returns no error, and the pager sends no other request meanwhile. */
const ANSWER_TIMEOUT_MS = 20_000;

/** Loads a page of the room: `before=51`, `after=100`, `around=75`, or the newest. Throws if it could not be loaded. */
export async function fetchMessages(room: string, place: string): Promise<OpenedPage> {
	const response = await ask(`${room}/messages?${place}`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as OpenedPage;
}
