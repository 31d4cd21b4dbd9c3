/** Bounds connections, in all and per network, and their pauses. The store bounds WebSockets per network itself. */
import { readFileSync } from 'node:fs';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { networkOf } from '../hpkv/server/network.ts';
import {
	CONNECTION_REFUSAL_TIMEOUT_MS,
	DOWNLOADS_AT_ONCE,
	FORM_TIMEOUT_MS,
	UPLOAD_TIMEOUT_MS,
	HEAD_TIMEOUT_MS,
	MAX_CONNECTION_REFUSALS,
	MAX_OPEN_CONNECTIONS,
	PAUSE_TIMEOUT_MS,
	RESERVED_FILES
} from '../lib/chat/limits.ts';

export interface ConnectionBounds {
	total: number;
	/** Undefined behind a proxy, because its connections carry all clients. */
	perAddress: number | undefined;
	/** Called for a refused connection, at most once a minute. */
	onRefused?: (facts: { open: number; address?: string }) => void;
}

const LOG_EVERY_MS = 60_000;

const SENTENCE = 'Parley has too many open connections. Try again in a moment.\n';
const ANSWER =
	'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\nContent-Type: text/plain; charset=utf-8\r\n' +
	`Content-Length: ${SENTENCE.length}\r\n\r\n${SENTENCE}`;

export function boundConnections(server: Server, { total, perAddress = Infinity, onRefused }: ConnectionBounds): void {
	const accept = server.listeners('connection') as ((socket: Socket) => void)[];
	const perNetwork = new Map<string, number>();
	const counted = new WeakMap<Socket, () => void>();
	let open = 0;
	let refusals = 0;
	let loggedAt = -Infinity;

	function count(socket: Socket, network: string): void {
		open += 1;
		perNetwork.set(network, (perNetwork.get(network) ?? 0) + 1);
		let isWaiting = true;
		const release = () => {
			if (!isWaiting) return;
			isWaiting = false;
			const left = (perNetwork.get(network) ?? 1) - 1;
			if (left > 0) perNetwork.set(network, left);
			else perNetwork.delete(network);
		};
		counted.set(socket, release);
		socket.once('close', () => {
			open -= 1;
			release();
		});
	}

	function refuse(socket: Socket, address?: string): void {
		if (performance.now() - loggedAt > LOG_EVERY_MS) {
			loggedAt = performance.now();
			onRefused?.({ open, address });
		}
		socket.on('error', () => {});
		if (refusals >= MAX_CONNECTION_REFUSALS) return void socket.destroy();
		refusals += 1;
		const late = setTimeout(() => socket.destroy(), CONNECTION_REFUSAL_TIMEOUT_MS);
		socket.once('close', () => {
			refusals -= 1;
			clearTimeout(late);
		});
		// Reads the request: closing with unread data would reset the connection and lose the answer.
		socket.resume().end(ANSWER);
	}

	server.removeAllListeners('connection');
	server.on('connection', (socket: Socket) => {
		const network = networkOf(socket.remoteAddress ?? '');
		if (open >= total) return refuse(socket);
		if ((perNetwork.get(network) ?? 0) >= perAddress) return refuse(socket, network);
		count(socket, network);
		for (const listener of accept) listener.call(server, socket);
	});
	server.on('upgrade', (req) => counted.get(req.socket)?.());
	server.maxConnections = total + MAX_CONNECTION_REFUSALS;
}

/** The soft limit of open files, less the files that the process itself needs and those that it sends. */
export function mostConnections(allowed = openFileLimit()): number {
	const left = allowed - RESERVED_FILES - DOWNLOADS_AT_ONCE;
	return Math.min(MAX_OPEN_CONNECTIONS, Math.max(left, Math.floor(allowed / 2)));
}

/** Files sent at once: the file descriptors that connections leave, and at least a sixteenth of all. */
export function mostDownloads(allowed = openFileLimit()): number {
	const left = allowed - mostConnections(allowed) - RESERVED_FILES;
	return Math.min(DOWNLOADS_AT_ONCE, Math.max(left, Math.floor(allowed / 16)));
}

function openFileLimit(): number {
	try {
		const [, soft = 'unlimited'] = /^Max open files\s+(\w+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
		return soft === 'unlimited' ? Infinity : Number(soft);
	} catch {
		// /proc exists only on Linux.
		return Infinity;
	}
}

export interface Timeouts {
	headMs: number;
	requestMs: number;
	pauseMs: number;
	/** The interval at which Node checks `headMs` and `requestMs`. */
	checkMs: number;
}

const TIMEOUTS: Timeouts = {
	headMs: HEAD_TIMEOUT_MS,
	requestMs: UPLOAD_TIMEOUT_MS,
	pauseMs: PAUSE_TIMEOUT_MS,
	checkMs: 5_000
};

export const serverOptions = ({ headMs, requestMs, checkMs }: Timeouts = TIMEOUTS) => ({
	headersTimeout: headMs,
	requestTimeout: requestMs,
	connectionsCheckingInterval: checkMs,
	// Another upgrade that a client offers, as curl's h2c, is ignored (RFC 9110, 7.8): the request is answered.
	shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket'
});

/** Ends a form that takes too long to arrive: Node's `requestTimeout` is as long as uploads (`isUpload`) need. */
export function boundForms(
	server: Server,
	isUpload: (req: IncomingMessage) => boolean,
	formMs = FORM_TIMEOUT_MS
): void {
	server.on('request', (req, res) => {
		const hasBody = 'transfer-encoding' in req.headers || Number(req.headers['content-length'] ?? 0) > 0;
		if (!hasBody || isUpload(req)) return;
		const late = setTimeout(() => {
			if (req.complete) return;
			if (!res.headersSent) req.socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
			req.socket.destroySoon();
		}, formMs);
		const ended = () => clearTimeout(late);
		req.once('end', ended);
		res.once('close', ended);
	});
}

/** Node counts `timeout` from the last byte in either direction, also while an answer waits to be read. */
export function boundPauses(server: Server, { pauseMs }: Timeouts = TIMEOUTS): void {
	server.timeout = pauseMs;
}
