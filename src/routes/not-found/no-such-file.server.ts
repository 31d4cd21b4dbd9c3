import { error, type RequestEvent } from '@sveltejs/kit';
import { NO_SUCH_FILE } from '$lib/chat/text/error-texts.ts';

/**
 * The answer for a file that is deleted, was never there, or may not be read by the visitor. An error of an endpoint
 * would be shown without the frame: who asks for HTML gets the page of not-found.
 */
export async function noSuchFile({
	request,
	url,
	fetch
}: Pick<RequestEvent, 'request' | 'url' | 'fetch'>): Promise<Response> {
	const accept = request.headers.get('accept') ?? '';
	if (request.method !== 'GET' || !accept.includes('text/html')) error(404, NO_SUCH_FILE);
	return fetch(`/not-found${url.pathname}`, { headers: { accept } });
}
