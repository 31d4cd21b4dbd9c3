import type { RequestEvent } from '@sveltejs/kit';
import { Buckets } from './buckets.ts';
import { config } from './config.ts';
import { log } from './log.ts';

export const throttle = new Buckets(config, () => performance.now());

/** @returns the delay for the form's script */
export function wait({ setHeaders }: Pick<RequestEvent, 'setHeaders'>, seconds: number): { retryAfter: number } {
	setHeaders({ 'retry-after': String(seconds) });
	return { retryAfter: seconds };
}

/** Client address. A health check that bypasses the proxy lacks its header: then the connection's address counts. */
export function addressOf(event: Pick<RequestEvent, 'getClientAddress' | 'platform'>): string {
	try {
		return event.getClientAddress() ?? 'unknown';
	} catch {
		return event.platform?.req?.socket.remoteAddress ?? 'unknown';
	}
}

/** In milliseconds. */
const LOG_REFUSALS_EVERY = 60_000;
let loggedAt = -Infinity;

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
