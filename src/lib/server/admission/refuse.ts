/** Answers a request that may not go on, without a page of SvelteKit; a form gets back the text that was typed. */
import type { RequestEvent } from '@sveltejs/kit';
import { readForm } from '../runtime/forms.ts';
import { escaped, failure, isScriptForm, plainPage } from './plain-page.ts';

/** The fields in which people write; passwords and codes are never shown again. */
const TYPED = ['quote', 'message', 'name', 'topic', 'about', 'welcome', 'reason'];

export interface Refusal {
	status: number;
	error: string;
	retryAfter?: number;
}

export async function refuse(event: RequestEvent, { status, error, retryAfter }: Refusal): Promise<Response> {
	const { request, url, isDataRequest } = event;
	const answer = (type: string, body: string) =>
		new Response(body, {
			status,
			headers: {
				'content-type': type,
				'cache-control': 'private, no-store',
				...(retryAfter !== undefined && { 'retry-after': String(retryAfter) })
			}
		});
	if (isScriptForm(request)) return answer('application/json', failure(status, error, retryAfter));
	if (isDataRequest || !(request.headers.get('accept') ?? '').includes('text/html')) {
		return answer('application/json', JSON.stringify({ message: error, retryAfter }));
	}
	const typed = request.method === 'POST' ? await typedIn(request) : [];
	const kept = typed.map((text) => `<p><textarea rows="6" cols="60" readonly>${escaped(text)}</textarea></p>`);
	const [way, title] =
		status === 401
			? [`<a href="/signin?next=${encodeURIComponent(url.pathname)}">Sign in</a>`, 'Sign in']
			: [`<a href="${escaped(url.pathname)}">Try again</a>`, 'Try again later'];
	const body = `<p>${error}</p>
		<p>${way}</p>
		${kept.length > 0 ? `<p>What you typed:</p>${kept.join('\n')}` : ''}`;
	return answer('text/html; charset=utf-8', plainPage({ title, body }));
}

async function typedIn(request: Request): Promise<string[]> {
	const form = await readForm(request);
	return TYPED.flatMap((name) => form.getAll(name)).filter(
		(value) => typeof value === 'string' && value !== ''
	) as string[];
}
