import { ask } from './polite-fetch.ts';

/** Tells the server how far the room is read. @throws when it could not be told */
export async function postRead(room: string, n: number): Promise<void> {
	const response = await ask(`${room}/read`, {
		method: 'POST',
		body: new URLSearchParams({ n: String(n) }),
		// Whoever leaves the page at once has read it all the same.
		keepalive: true
	});
	// What is refused for good (the session has ended) is not said again.
	if (response.status >= 500) throw new Error(`The server answered ${response.status}`);
}
