/** Refuses a request with 429 when its network's bucket is empty. Static files do not pass here. */
import type { Handle, RequestEvent } from '@sveltejs/kit';
import { tooManyRequests } from '../../chat/text/error-texts.ts';
import type { Buckets } from './buckets.ts';
import { addressOf } from './client-address.ts';
import { config } from './config.ts';
import { log } from './log.ts';

export const limitRequests =
	(throttle: Buckets): Handle =>
	({ event, resolve }) => {
		const address = addressOf(event);
		const seconds = event.route.id === '/healthz' ? throttle.healthCheck(address) : throttle.request(address);
		if (seconds === 0) return resolve(event);
		logRefusal(event, address);
		return refusal(event, seconds);
	};

const LOG_REFUSALS_EVERY_MS = 60_000;
let loggedAt = -Infinity;

function logRefusal({ request }: RequestEvent, address: string): void {
	const now = performance.now();
	if (now - loggedAt < LOG_REFUSALS_EVERY_MS) return;
	loggedAt = now;
	const forwarded = !config.proxy && request.headers.has('x-forwarded-for');
	log('info', 'too-many-requests', {
		address,
		...(forwarded && { hint: 'a proxy stands in front: set ADDRESS_HEADER, or all people share one limit' })
	});
}

/** A fixed page: rendering would cost the work that the limit saves. */
function refusal({ request, url, isDataRequest }: RequestEvent, seconds: number): Response {
	const message = tooManyRequests(seconds);
	const accept = request.headers.get('accept') ?? '';
	const answer = (type: string, body: string) =>
		new Response(body, {
			status: 429,
			headers: { 'content-type': type, 'retry-after': String(seconds), 'cache-control': 'private, no-store' }
		});
	const json = (value: unknown) => answer('application/json', JSON.stringify(value));
	// Format of a form action's failure: `data` by devalue, with values by index. The layout shows `limited`.
	if (request.headers.has('x-sveltekit-action')) {
		const data = JSON.stringify([{ error: 1, limited: 1, retryAfter: 2 }, message, seconds]);
		return json({ type: 'failure', status: 429, data });
	}
	if (isDataRequest || !accept.includes('text/html')) return json({ message, retryAfter: seconds });
	return answer('text/html; charset=utf-8', page(message, request.method === 'GET' ? url.pathname + url.search : ''));
}

const page = (message: string, address: string) => `<!doctype html>
<html lang="en">
	<head>
		<meta charset="utf-8" />
		<meta name="viewport" content="width=device-width, initial-scale=1" />
		<meta name="color-scheme" content="light dark" />
		<title>Too many requests · Parley</title>
	</head>
	<body>
		<h1>Too many requests</h1>
		<p>${message}</p>
		<p>${address ? `<a href="${escaped(address)}">Try again</a>` : 'Go back then: what you typed is still there.'}</p>
	</body>
</html>
`;

const escaped = (text: string) => text.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
