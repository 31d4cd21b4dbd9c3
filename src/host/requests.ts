import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { MAX_DRAINED_BYTES } from '../lib/chat/limits.ts';
import { RESPONSE_HEADERS } from './security-headers.ts';
import { bridge } from './bridge.ts';
import { crossSiteRefusal, isCrossSite, isShare, isTooLong, tooLongRefusal } from './form-guard.ts';
import { ownAddress, type AddressRules } from './own-address.ts';
import { sendRefusal } from './refusal-page.ts';

/** adapter-node reads the request's protocol from this header. A client's value is replaced. */
export const PROTOCOL_HEADER = 'x-parley-protocol';

const HSTS = 'max-age=31536000';

/** In characters. Real hosts and origins are shorter. */
const MAX_LOGGED_HEADER = 200;
const logged = (header: string | undefined) => header?.slice(0, MAX_LOGGED_HEADER);

/** Refuses requests for another address, cross-site forms and forms that are too long. `answer` gets the others. */
export function requestsTo(answer: RequestListener, rules: AddressRules): RequestListener {
	return (req, res) => {
		for (const [name, value] of Object.entries(RESPONSE_HEADERS)) res.setHeader(name, value);
		makeRelative(req);
		const own = ownAddress(req, rules);
		if (!own.ok) {
			bridge.log?.('info', 'host-refused', { status: own.status, host: logged(own.host) });
			return sendRefusal(req, res, own);
		}
		if (own.url.protocol === 'https:') res.setHeader('strict-transport-security', HSTS);
		const host = req.headers.host;
		addressAs(req, own.url);
		if (bridge.request?.(req, res)) return;
		// SvelteKit compares the origin too.
		if (isShare(req)) req.headers.origin = own.url.origin;
		if (isCrossSite(req, own.url)) {
			const { origin } = req.headers;
			bridge.log?.('info', 'origin-refused', {
				setting: 'ORIGIN',
				origin: logged(origin),
				expected: own.url.origin,
				host: logged(host)
			});
			return refuseUnread(req, res, () =>
				sendRefusal(req, res, crossSiteRefusal(logged(origin), own.url, rules.origins.length > 0))
			);
		}
		if (bridge.upload?.(req, res, own.url, answer)) return;
		if (isTooLong(req)) return refuseUnread(req, res, () => sendRefusal(req, res, tooLongRefusal));
		answer(req, res);
	};
}

export function upgradesTo(rules: AddressRules): (req: IncomingMessage, socket: Duplex, head: Buffer) => void {
	return (req, socket, head) => {
		// Node handles no errors of an upgraded socket: a client that hangs up would end the process.
		socket.on('error', () => {});
		makeRelative(req);
		const own = ownAddress(req, rules);
		if (!own.ok) return refuseUpgrade(socket, own.status === 400 ? '400 Bad Request' : '421 Misdirected Request');
		addressAs(req, own.url);
		if (bridge.upgrade?.(req, socket, head)) return;
		refuseUpgrade(socket, '404 Not Found');
	};
}

/** Destroys the socket after the answer: per-network bounds do not count an upgraded connection. */
function refuseUpgrade(socket: Duplex, status: string): void {
	socket.once('finish', () => socket.destroy());
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
}

/** Later handlers read the request's address from these headers. */
function addressAs({ headers }: IncomingMessage, { host, protocol }: URL): void {
	headers.host = host;
	headers[PROTOCOL_HEADER] = protocol.slice(0, -1);
}

/** `GET http://host/path`, as sent to a proxy, equals `GET /path` with that host (RFC 9112, 3.2.2). */
function makeRelative(req: IncomingMessage): void {
	if (req.url?.startsWith('/')) return;
	const target = URL.parse(req.url ?? '');
	req.headers.host = target?.host ?? '';
	req.url = target ? target.pathname + target.search : '/';
}

/** Discards the body, so that its sender reads the answer. Closes the connection if the body is very long. */
function refuseUnread(req: IncomingMessage, res: ServerResponse, refuse: () => void): void {
	if (Number(req.headers['content-length'] ?? Infinity) > MAX_DRAINED_BYTES) res.setHeader('connection', 'close');
	req.resume();
	refuse();
}
