import type { OpenedPage } from '$lib/live/timeline/timeline-merge.ts';
import { ask } from './polite-fetch.ts';

/** In milliseconds: a silent line does not even answer with an error, and no other page would be asked for. */
const ANSWER_TIMEOUT_MS = 20_000;

/** A page of the room: `before=51`, `after=100`, `around=75`, or the newest. @throws when it could not be had */
export async function fetchMessages(room: string, place: string): Promise<OpenedPage> {
	const response = await ask(`${room}/messages?${place}`, { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as OpenedPage;
}
