/** Refuses a request with 429 when its network's bucket is empty. Static files do not pass here. */
import type { Handle, RequestEvent } from '@sveltejs/kit';
import { tooManyRequests } from '../../chat/text/error-texts.ts';
import type { Buckets } from '../runtime/buckets.ts';
import { addressOf } from '../runtime/client-address.ts';
import { config } from '../runtime/config.ts';
import { log } from '../runtime/log.ts';
import { escaped, failure, isScriptForm, plainPage } from './plain-page.ts';

export const limitRequests =
	(throttle: Buckets): Handle =>
	({ event, resolve }) => {
		const address = addressOf(event);
		const seconds = isHealthCheck(event) ? throttle.healthCheck(address) : throttle.request(address);
		if (seconds === 0) return resolve(event);
		logRefusal(event, address);
		return refusal(event, seconds);
	};

/** `/up` is the name that 37signals' ONCE asks for. */
export const isHealthCheck = ({ route }: Pick<RequestEvent, 'route'>) =>
	route.id === '/healthz' || route.id === '/readyz' || route.id === '/up';

const LOG_REFUSALS_EVERY_MS = 60_000;
let loggedAt = -Infinity;

function logRefusal({ request }: RequestEvent, address: string): void {
	const now = performance.now();
	if (now - loggedAt < LOG_REFUSALS_EVERY_MS) return;
	loggedAt = now;
	const forwarded = !config.proxy && request.headers.has('x-forwarded-for');
	log('info', 'too-many-requests', {
		address,
		...(forwarded && { hint: 'behind a proxy, set ADDRESS_HEADER, or everyone shares one limit' })
	});
}

function refusal({ request, url, isDataRequest }: RequestEvent, seconds: number): Response {
	const message = tooManyRequests(seconds);
	const accept = request.headers.get('accept') ?? '';
	const answer = (type: string, body: string) =>
		new Response(body, {
			status: 429,
			headers: { 'content-type': type, 'retry-after': String(seconds), 'cache-control': 'private, no-store' }
		});
	if (isScriptForm(request)) return answer('application/json', failure(429, message, seconds));
	if (isDataRequest || !accept.includes('text/html')) {
		return answer('application/json', JSON.stringify({ message, retryAfter: seconds }));
	}
	const address = request.method === 'GET' ? url.pathname + url.search : '';
	const next = address ? `<a href="${escaped(address)}">Try again</a>` : 'Then go back. What you typed is still there.';
	return answer(
		'text/html; charset=utf-8',
		plainPage({ title: 'Too many requests', body: `<p>${message}</p>\n\t\t<p>${next}</p>` })
	);
}
