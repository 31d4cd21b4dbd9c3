import type { IncomingHttpHeaders } from 'node:http';
import type { Settings } from './settings.ts';

/** Whose request it is, as a proxy says, and as adapter-node reads it for the limits of those who post; nobody's, where it says nothing. */
export function forwardedAddress(
	headers: IncomingHttpHeaders,
	{ header, depth }: NonNullable<Settings['proxy']>
): string | undefined {
	const said = String(headers[header] ?? '');
	return (header === 'x-forwarded-for' ? said.split(',').at(-depth) : said)?.trim() || undefined;
}
