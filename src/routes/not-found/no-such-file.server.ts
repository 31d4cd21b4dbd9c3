import { error, type RequestEvent } from '@sveltejs/kit';
import { NO_SUCH_FILE } from '$lib/chat/text/error-texts.ts';

/** The answer for a file that was deleted, that there never was, or that the visitor may not read. People get a page with the frame. */
export async function noSuchFile({ request, fetch }: Pick<RequestEvent, 'request' | 'fetch'>): Promise<Response> {
	const accept = request.headers.get('accept') ?? '';
	if (request.method !== 'GET' || !accept.includes('text/html')) error(404, NO_SUCH_FILE);
	return fetch('/not-found/file', { headers: { accept } });
}
