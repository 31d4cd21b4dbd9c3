/**
 * The URL under which a request addresses the server: SvelteKit's origin, the origin that forms and sockets must have,
 * and the start of links. DNS rebinding can lead a browser here under an attacker's name, so a server on loopback
 * answers only loopback names.
 */
import type { IncomingMessage } from 'node:http';

export interface AddressRules {
	/** From ORIGIN, the public origin first. If empty, the Host header decides. */
	origins: readonly URL[];
	listensOn: string;
}

export type OwnAddress =
	{ ok: true; url: URL } | { ok: false; status: 400 | 421; host: string; title: string; sentence: string };

/** A name or an address, and a port (RFC 9110, 7.2). User names and paths, which a URL may hold, are refused. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;

const LOOPBACK = /^(?:(?:.+\.)?localhost\.?|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

export function ownAddress(req: IncomingMessage, { origins, listensOn }: AddressRules): OwnAddress {
	const host = hostOf(req);
	const asked = HOST.test(host) ? URL.parse(`http://${host}`) : null;
	if (!asked || isDoubled(req)) {
		return {
			ok: false,
			status: 400,
			host,
			title: 'This address doesn’t work',
			sentence: 'The request names no host. Check the address.'
		};
	}
	if (origins.length > 0) return { ok: true, url: chosen(origins, req.headers, host) };
	if (LOOPBACK.test(listensOn) && !LOOPBACK.test(asked.hostname)) {
		return {
			ok: false,
			status: 421,
			host,
			title: 'Parley doesn’t answer at this address',
			sentence: `It listens on ${listensOn}, and you asked for ${host}. If this is your Parley, start it with ORIGIN=https://${host} (or http://, as people type it).`
		};
	}
	// Browsers send no such header for a page of another site: it tells that a proxy ended TLS, and the host stays the asked one.
	if (firstOf(req.headers['x-forwarded-proto']) === 'https') asked.protocol = 'https:';
	return { ok: true, url: asked };
}

/** An HTTP/1.0 request may lack the Host header; Node refuses other requests without it. */
function hostOf({ headers, socket }: IncomingMessage): string {
	if (headers.host !== undefined) return headers.host;
	const { localAddress = '127.0.0.1', localPort } = socket;
	return `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/** Of two Host headers, Node takes the first, and a proxy may take the other. */
function isDoubled({ rawHeaders }: IncomingMessage): boolean {
	let hosts = 0;
	for (let i = 0; i < rawHeaders.length; i += 2) {
		const name = rawHeaders[i]!;
		if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
	}
	return hosts > 1;
}

/** Chooses the origin of the requested host. Forwarded headers can only choose among `origins`. */
function chosen(origins: readonly URL[], headers: IncomingMessage['headers'], host: string): URL {
	const [first] = origins as [URL];
	if (origins.length === 1) return first;
	const forwarded = firstOf(headers['x-forwarded-host']) ?? host;
	const protocol = `${firstOf(headers['x-forwarded-proto'])}:`;
	const named = origins.filter((origin) => URL.parse(`${origin.protocol}//${forwarded}`)?.host === origin.host);
	const candidates = named.length > 0 ? named : origins;
	return (
		candidates.find((origin) => origin.protocol === protocol) ??
		candidates.find(({ origin }) => origin === headers.origin) ??
		candidates[0] ??
		first
	);
}

const firstOf = (header: string | string[] | undefined) =>
	String(header ?? '')
		.split(',')[0]
		?.trim() || undefined;
