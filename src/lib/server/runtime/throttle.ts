import type { RequestEvent } from '@sveltejs/kit';
import { Buckets } from './buckets.ts';
import { config } from './config.ts';
import { log } from './log.ts';

/** The buckets of this process. */
export const throttle = new Buckets(config, () => performance.now());

/** Says in the header in how many seconds to try again. @returns what the script of a form reads of it */
export function wait({ setHeaders }: Pick<RequestEvent, 'setHeaders'>, seconds: number): { retryAfter: number } {
	setHeaders({ 'retry-after': String(seconds) });
	return { retryAfter: seconds };
}

/** Whose request it is. A check that passes the proxy by has no header that says so: then its own connection does. */
export function addressOf(event: Pick<RequestEvent, 'getClientAddress' | 'platform'>): string {
	try {
		return event.getClientAddress() ?? 'unknown';
	} catch {
		return event.platform?.req?.socket.remoteAddress ?? 'unknown';
	}
}

/** How often a line of the log says that an address asks too often, in milliseconds. */
const LOG_REFUSALS_EVERY = 60_000;
let loggedAt = -Infinity;

/** One line a minute, however many are refused. Behind a proxy that is not configured, it says what to set. */
export function logRefusal(event: Pick<RequestEvent, 'request'>, address: string): void {
	const now = performance.now();
	if (now - loggedAt < LOG_REFUSALS_EVERY) return;
	loggedAt = now;
	const forwarded = !config.proxy && event.request.headers.has('x-forwarded-for');
	log('info', 'too-many-requests', {
		address,
		...(forwarded && { hint: 'a proxy stands in front: set ADDRESS_HEADER, or all people share one limit' })
	});
}
