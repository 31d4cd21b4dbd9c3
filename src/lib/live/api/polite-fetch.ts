/** When requests are allowed again, in `performance.now()` time. */
let openAt = 0;

/**
 * `fetch` for the requests that a page's script repeats. A 429 or 503 with Retry-After makes all of them throw for that time,
 * as if the server were away; a 429 without Retry-After (`/watch`, no socket left) is returned.
 */
export async function ask(address: string, init?: RequestInit): Promise<Response> {
	if (performance.now() < openAt) throw new Error('The server asks to wait');
	const response = await fetch(address, init);
	const seconds = Number(response.headers.get('retry-after'));
	if (response.status !== 200 && seconds > 0) {
		openAt = performance.now() + seconds * 1_000;
		throw new Error('The server asks to wait');
	}
	return response;
}
