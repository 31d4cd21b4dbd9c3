/** When requests are allowed again, in `performance.now()` time. */
let openAt = 0;

/** A 429 or 503 with Retry-After makes all these requests throw for that time; a 429 without (`/watch`, no socket left) is returned. */
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
