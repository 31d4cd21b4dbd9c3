/** Answers a form of a visitor who is not signed in, with the text that was typed. */
import type { RequestEvent } from '@sveltejs/kit';
import { SIGN_IN_FIRST } from '../../chat/text/error-texts.ts';
import { readForm } from '../runtime/forms.ts';
import { escaped, failure, isScriptForm, plainPage } from './plain-page.ts';

/** The fields in which people write; passwords and codes are never shown again. */
const TYPED = ['quote', 'message', 'name', 'topic', 'about', 'welcome', 'reason'];

const HEADERS = { 'cache-control': 'private, no-store' };

export async function refusedForm(event: RequestEvent): Promise<Response> {
	const { request, url } = event;
	if (isScriptForm(request) || !(request.headers.get('accept') ?? '').includes('text/html')) {
		const body = isScriptForm(request) ? failure(401, SIGN_IN_FIRST) : JSON.stringify({ message: SIGN_IN_FIRST });
		return new Response(body, { status: 401, headers: { ...HEADERS, 'content-type': 'application/json' } });
	}
	const form = await readForm(request);
	const typed = TYPED.flatMap((name) => form.getAll(name)).filter((value) => typeof value === 'string');
	const kept = typed
		.filter((text) => text !== '')
		.map((text) => `<p><textarea rows="6" cols="60" readonly>${escaped(text)}</textarea></p>`);
	const body = `<p>${SIGN_IN_FIRST}</p>
		<p><a href="/signin?next=${encodeURIComponent(url.pathname)}">Sign in</a></p>
		${kept.length > 0 ? `<p>What you typed, to copy:</p>${kept.join('\n')}` : ''}`;
	return new Response(plainPage({ title: 'Sign in', body }), {
		status: 401,
		headers: { ...HEADERS, 'content-type': 'text/html; charset=utf-8' }
	});
}
