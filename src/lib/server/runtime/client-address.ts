import type { IncomingHttpHeaders } from 'node:http';
import type { RequestEvent } from '@sveltejs/kit';
import type { Settings } from './settings.ts';

/** Reads the proxy's header as adapter-node does. */
export function forwardedAddress(
	headers: IncomingHttpHeaders,
	{ header, depth }: NonNullable<Settings['proxy']>
): string | undefined {
	const said = String(headers[header] ?? '');
	return (header === 'x-forwarded-for' ? said.split(',').at(-depth) : said)?.trim() || undefined;
}

/** Client address. A health check that bypasses the proxy lacks its header: then the connection's address counts. */
export function addressOf(event: Pick<RequestEvent, 'getClientAddress' | 'platform'>): string {
	try {
		return event.getClientAddress() ?? 'unknown';
	} catch {
		return event.platform?.req?.socket.remoteAddress ?? 'unknown';
	}
}
