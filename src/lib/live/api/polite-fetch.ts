/** When the server may be asked again, on the clock of `performance.now()`. */
let openAt = 0;

/**
 * As `fetch`, for what a page's script asks again and again by itself. A 429 with Retry-After stops all requests of the page
 * for that time: they fail as if the server could not be reached. A 429 without it (`/watch`, when there is no socket left)
 * is an answer like any other.
 */
export async function ask(address: string, init?: RequestInit): Promise<Response> {
	if (performance.now() < openAt) throw new Error('The server asks to wait');
	const response = await fetch(address, init);
	const seconds = Number(response.headers.get('retry-after'));
	if (response.status === 429 && seconds > 0) {
		openAt = performance.now() + seconds * 1_000;
		throw new Error('The server asks to wait');
	}
	return response;
}
