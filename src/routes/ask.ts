/** When the server may be asked again, on the clock of `performance.now()`. */
let openAt = 0;

/**
 * As `fetch`, for what a page's script asks again and again by itself. The server refuses whoever asks too often and says
 * how long to wait: until then nothing is asked, and every question fails as if the server could not be reached.
 */
export async function ask(address: string, init?: RequestInit): Promise<Response> {
	if (performance.now() < openAt) throw new Error('The server asks to wait');
	const response = await fetch(address, init);
	if (response.status === 429) {
		openAt = performance.now() + 1_000 * (Number(response.headers.get('retry-after')) || 1);
		throw new Error('The server asks to wait');
	}
	return response;
}
