import type { OpenedPage } from '$lib/live/gap.ts';
import { ask } from '../../ask.ts';

/** In milliseconds: a silent line does not even answer with an error, and no other page would be asked for. */
const ANSWER_WITHIN = 20_000;

/** A page of the room: `before=51`, `after=100`, `around=75`, or the newest. @throws when it could not be had */
export async function askPage(room: string, place: string): Promise<OpenedPage> {
	const response = await ask(`${room}/messages?${place}`, { signal: AbortSignal.timeout(ANSWER_WITHIN) });
	if (!response.ok) throw new Error(`The server answered ${response.status}`);
	return (await response.json()) as OpenedPage;
}
