import { ask } from './polite-fetch.ts';

/** Posts the read mark of the room. Throws if the post must be repeated. */
export async function postRead(room: string, n: number): Promise<void> {
	const response = await ask(`${room}/read`, {
		method: 'POST',
		body: new URLSearchParams({ n: String(n) }),
		keepalive: true
	});
	// A refusal that is final (the session has ended) is not retried.
	if (response.status >= 500) throw new Error(`The server answered ${response.status}`);
}
