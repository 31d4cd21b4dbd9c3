import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from './settings.ts';

/** Reads the proxy's header as adapter-node does. */
export function forwardedAddress(
	headers: IncomingHttpHeaders,
	{ header, depth }: NonNullable<Settings['proxy']>
): string | undefined {
	const said = String(headers[header] ?? '');
	return (header === 'x-forwarded-for' ? said.split(',').at(-depth) : said)?.trim() || undefined;
}
