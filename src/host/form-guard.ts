/** Refuses cross-site forms, and bodies that are too long, before SvelteKit reads them. */
import type { IncomingMessage } from 'node:http';
import { MAX_FORM_BYTES } from '../lib/chat/limits.ts';
import type { Refusal } from './refusal-page.ts';

/** Types that a browser posts without a preflight (a "simple" request of the Fetch standard), and SvelteKit's own. */
const FORM =
	/^(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain|application\/x-sveltekit-formdata)\b/i;

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Browsers send `Origin` with every form, so a request without `Origin` may post anything but a form. */
export function isCrossSite({ method = '', headers }: IncomingMessage, own: URL): boolean {
	if (SAFE.has(method)) return false;
	return headers.origin === undefined ? FORM.test(headers['content-type'] ?? '') : headers.origin !== own.origin;
}

/**
 * Whether the system posts what a person shares. No page posts that form, so its origin is `null` or missing, and the browser says
 * `Sec-Fetch-Site: none`, which no script can set. A form of another site is `cross-site`, and brings no session: the cookie is
 * SameSite=Lax. A share can only upload files and fill a page: a message is sent from the room, by a form of our own.
 */
export const isShare = ({ method, url = '', headers }: IncomingMessage): boolean =>
	method === 'POST' &&
	/^\/share(?:\?|$)/.test(url) &&
	headers['sec-fetch-site'] === 'none' &&
	(headers.origin === undefined || headers.origin === 'null');

export function crossSiteRefusal(came: string | undefined, own: URL, hasOrigin: boolean): Refusal {
	const status = 403;
	const title = 'This form comes from another address';
	if (!URL.canParse(came ?? '')) {
		return { status, title, sentence: `Open Parley at ${own.origin} and send the form there.` };
	}
	const setting = hasOrigin ? `ORIGIN=${own.origin},${came}` : `ORIGIN=${came}`;
	return {
		status,
		title,
		sentence: `It came from ${came}, but Parley is at ${own.origin}. Open it there. If both addresses are yours, start Parley with ${setting}.`
	};
}

export const isTooLong = ({ headers }: IncomingMessage) => Number(headers['content-length'] ?? 0) > MAX_FORM_BYTES;

export const tooLongRefusal: Refusal = {
	status: 413,
	title: 'That is too long',
	sentence: `A form can have up to ${Math.round(MAX_FORM_BYTES / 1_024)} kB. Go back, make it shorter and send it again.`
};
