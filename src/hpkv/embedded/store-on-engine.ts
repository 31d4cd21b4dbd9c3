/**
 * A store on an engine that is open: one engine serves the in-process client, REST and sockets, so a write through one is
 * notified through the others.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { embeddedStore, sharedStore } from './in-process.ts';
import { writesOfNodes } from './writes-of-nodes.ts';
import type { Hpkv } from '../port.ts';
import { MAX_CONNECTIONS, MAX_CONNECTIONS_PER_ADDRESS, STOP_TIMEOUT } from '../protocol/limits.ts';
import type { Engine } from '../engine/engine.ts';
import type { Log } from '../server/events.ts';
import { Grants } from '../server/access-tokens.ts';
import { Rest } from '../server/http.ts';
import { networkOf } from '../server/network.ts';
import type { Secrets } from '../server/secrets.ts';
import { Service } from '../server/service.ts';
import { Sockets } from '../server/sockets/socket.ts';

export interface ServeOptions {
	/** Path of the store: `/hpkv`, or empty for the root. */
	prefix: string;
	/** Whether a page of this origin may open a socket; `host` is from the request. Called only for requests with an Origin. */
	allowedOrigin: (origin: string, host: string, headers: IncomingMessage['headers']) => boolean;
	/** False: REST and sockets by API key answer 404; sockets by token still work. */
	serveApiKeys: boolean;
	/** Origins whose pages may use REST; `*` for any. Default none. */
	corsOrigins?: string[];
	/** Operations a second of one socket, and of REST; beyond, 429. Default 0: no limit. */
	ratePerSecond?: number;
	/** Sockets in all (default 10,000) and from one address (default 256). */
	maxConnections?: number;
	maxConnectionsPerAddress?: number;
	/**
	 * Sockets of one token holder and with one token; consecutive bad frames of one socket, and sockets of a holder
	 * closed for bad frames in a minute. Default: no limit.
	 */
	maxConnectionsPerHolder?: number;
	maxConnectionsPerToken?: number;
	maxBadFrames?: number;
	maxBadSockets?: number;
	/**
	 * The address that a socket counts for, where the socket states it. Default: the peer address; none where the peer
	 * is this machine (a proxy).
	 */
	addressOf?: (req: IncomingMessage) => string | undefined;
	log?: Log;
}

export interface EmbeddedStore {
	readonly client: Hpkv;
	readonly apiKey: string;
	/** The reason why a socket from `address`, with a token of `holder`, would be refused now; undefined if none. */
	socketRefusal(address: string | undefined, holder: string): string | undefined;
	/** Answers a request whose raw `url` is below the prefix; otherwise returns false and leaves the request untouched. */
	request(req: IncomingMessage, res: ServerResponse): boolean;
	/** The same for a WebSocket upgrade. */
	upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): boolean;
	/**
	 * Closes sockets with 1012 and answers requests; unresponsive clients have a second. Queued writes are stored, then
	 * the records are released.
	 */
	close(): Promise<void>;
}

export interface OpenedStore {
	engine: Engine;
	secrets: Secrets;
	/** Lets commands of this machine reach the store, where it is a file of this process; undefined where they cannot. */
	listenForCommands?: (service: Service) => Promise<Server | undefined>;
}

export async function storeOn(
	{ engine, secrets, listenForCommands }: OpenedStore,
	options: ServeOptions
): Promise<EmbeddedStore> {
	const { prefix, allowedOrigin, serveApiKeys, log = () => {} } = options;
	const { apiKey, tokenSecret } = secrets;
	const nodes = engine.owned ? undefined : writesOfNodes(engine);
	const service = new Service(nodes?.engine ?? engine, new Grants(apiKey, tokenSecret), log);
	const ratePerSecond = options.ratePerSecond ?? 0;
	const rest = new Rest(service, { corsOrigins: options.corsOrigins ?? [], ratePerSecond });
	const sockets = new Sockets(service, {
		allowedOrigin,
		serveApiKeys,
		ratePerSecond,
		maxConnections: options.maxConnections ?? MAX_CONNECTIONS,
		maxConnectionsPerAddress: options.maxConnectionsPerAddress ?? MAX_CONNECTIONS_PER_ADDRESS,
		maxConnectionsPerHolder: options.maxConnectionsPerHolder ?? Infinity,
		maxConnectionsPerToken: options.maxConnectionsPerToken ?? Infinity,
		maxBadFrames: options.maxBadFrames ?? Infinity,
		maxBadSockets: options.maxBadSockets ?? Infinity,
		addressOf: (req) => networkOrNone(options.addressOf?.(req) ?? peerAddress(req))
	});
	const control = await listenForCommands?.(service);
	const answering = new Set<Promise<void>>();
	let closing: Promise<void> | undefined;

	async function close(): Promise<void> {
		// Awaited: it then removes its address, which the next store of this process listens on.
		const controlClosed = new Promise<unknown>((closed) => (control ? control.close(closed) : closed(undefined)));
		control?.closeIdleConnections();
		const answered = Promise.allSettled([controlClosed, ...answering]);
		await Promise.all([sockets.close(), Promise.race([answered, after(STOP_TIMEOUT)])]);
		await engine.close();
		log('hpkv-closed', {});
	}

	return {
		client: nodes ? sharedStore(service, nodes.onWrite) : embeddedStore(service),
		apiKey,

		socketRefusal: (address, holder) =>
			sockets.refusalFor(ofThisMachine(address) ? undefined : networkOrNone(address), holder),

		request(req, res) {
			const path = below(prefix, req.url);
			if (path === undefined) return false;
			if (!serveApiKeys) {
				notServed(res);
				return true;
			}
			// An error of the store must end this request and not the process.
			const answer: Promise<void> = rest
				.answer(req, res, path)
				.catch(() => void res.destroy())
				.finally(() => answering.delete(answer));
			answering.add(answer);
			return true;
		},

		upgrade(req, socket, head) {
			const path = below(prefix, req.url);
			if (path === undefined) return false;
			sockets.upgrade(req, socket, head, path);
			return true;
		},

		close: () => (closing ??= close())
	};
}

const after = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms).unref());

/** The path after the prefix, with its slash; undefined for a URL outside the prefix. */
function below(prefix: string, url = ''): string | undefined {
	return url.startsWith(`${prefix}/`) ? url.slice(prefix.length) : undefined;
}

function notServed(res: ServerResponse): void {
	res.writeHead(404, { 'content-type': 'application/json; charset=utf-8' }).end('{"error":"No such endpoint"}');
}

const networkOrNone = (address: string | undefined) => address && networkOf(address);

/** A proxy on this machine carries many people: its connections count in the total only, not by address. */
function peerAddress(req: IncomingMessage): string | undefined {
	const address = req.socket.remoteAddress ?? '';
	return ofThisMachine(address) ? undefined : address;
}

const ofThisMachine = (address = '') => /^(::ffff:)?127\.|^::1$/.test(address);
