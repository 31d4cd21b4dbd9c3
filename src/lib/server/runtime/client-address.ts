import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from './settings.ts';

/** The client address in the proxy's header, read as adapter-node reads it; undefined without one. */
export function forwardedAddress(
	headers: IncomingHttpHeaders,
	{ header, depth }: NonNullable<Settings['proxy']>
): string | undefined {
	const said = String(headers[header] ?? '');
	return (header === 'x-forwarded-for' ? said.split(',').at(-depth) : said)?.trim() || undefined;
}
