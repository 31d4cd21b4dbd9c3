/**
 * The WebSocket door. Everything that can be refused is refused on the upgrade with an HTTP status, never accepted and
 * closed: HPKV's clients would report "connected" and then come back for ever.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { refusals, type Refusal } from '../../protocol/errors.ts';
import {
	BAD_SOCKET_COUNTS_FOR,
	CLOSE_TIMEOUT,
	MAX_BUFFERED_CHUNKS,
	MAX_FRAGMENTS,
	PING_EVERY,
	STOP_TIMEOUT,
	maxMessageBytes
} from '../../protocol/limits.ts';
import { Connection } from './socket-connection.ts';
import type { Grant } from '../access-tokens.ts';
import { Rate } from '../rate-limit.ts';
import type { Service } from '../service.ts';

export interface SocketRules {
	/** Whether a page of this origin may open a socket. Clients that are no browsers send no Origin and are not asked. */
	allowedOrigin: (origin: string, host: string) => boolean;
	/** False: the API key opens no socket, as if there were no such endpoint. */
	serveApiKeys: boolean;
	/** Operations a second of one socket; 0: as many as it likes. */
	ratePerSecond: number;
	/** Sockets in all and from one address. */
	maxConnections: number;
	maxConnectionsPerAddress: number;
	/** Sockets of one holder of tokens, and with one token; Infinity: no limit. */
	maxConnectionsPerHolder: number;
	maxConnectionsPerToken: number;
	/** Frames of one socket in a row that are no operation, or one that its token does not allow, until it is closed; Infinity: it stays open. */
	maxBadFrames: number;
	/** Sockets of a holder that were closed for that within a minute; Infinity: it may open as many as it likes. */
	maxBadSockets: number;
	/** The address that a request counts for; undefined where it does not say whose it is (a proxy on this machine). */
	addressOf: (req: IncomingMessage) => string | undefined;
}

export class Sockets {
	readonly #service: Service;
	readonly #rules: SocketRules;
	readonly #server: WebSocketServer;
	readonly #open = new Set<Connection>();
	/** Open sockets by what they count for: an address, a holder, a token. */
	readonly #counts = new Map<string, number>();
	readonly #pings: NodeJS.Timeout;
	#stopped = false;

	constructor(service: Service, rules: SocketRules) {
		this.#service = service;
		this.#rules = rules;
		this.#server = new WebSocketServer({
			noServer: true,
			clientTracking: false,
			perMessageDeflate: false, // 8.6 times the CPU and 9 times the memory per connection, measured
			maxPayload: maxMessageBytes(service.engine.maxValueBytes),
			maxFragments: MAX_FRAGMENTS,
			maxBufferedChunks: MAX_BUFFERED_CHUNKS,
			// Newer than its types.
			...{ closeTimeout: CLOSE_TIMEOUT }
		});
		this.#pings = setInterval(() => {
			for (const connection of this.#open) connection.ping();
		}, PING_EVERY).unref();
	}

	/** Sockets that are open. */
	get size(): number {
		return this.#open.size;
	}

	/** Why a socket of this address and holder would be refused now, in a sentence; undefined where it would not. */
	refusalFor(address: string | undefined, holder: string): string | undefined {
		if (this.#open.size >= this.#rules.maxConnections) return refusals.tooManySockets.error;
		return (this.#full(address, { holder }) ?? this.#badSocketsFull({ holder }))?.error;
	}

	/** `path`: the request's raw path and query, relative to where the store is mounted. */
	upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, path: string): void {
		// Until ws takes over, a reset would be an unhandled error.
		socket.on('error', () => {});
		const admitted = this.#admit(req, path);
		if ('error' in admitted) return this.#refuse(req, socket, admitted);
		const { grant } = admitted;
		const address = this.#rules.addressOf(req);
		const counted = this.#limitsOf(address, grant).map(({ name }) => name);
		const { ratePerSecond, maxBadFrames } = this.#rules;
		const onBadFrames = () => this.#countBadSocket(grant);
		const rules = { rate: new Rate(ratePerSecond), maxBadFrames, onBadFrames };
		this.#server.handleUpgrade(req, socket, head, (ws) => {
			const connection = new Connection(ws, socket, this.#service, grant, rules, address ?? 'proxy');
			this.#open.add(connection);
			for (const name of counted) this.#count(name, 1);
			ws.once('close', () => {
				this.#open.delete(connection);
				for (const name of counted) this.#count(name, -1);
			});
		});
	}

	/** Every socket hears 1012 and closes; the deaf ones are ended after a second. No new ones are let in. */
	async close(): Promise<void> {
		this.#stopped = true;
		clearInterval(this.#pings);
		for (const connection of this.#open) connection.stop();
		const until = Date.now() + STOP_TIMEOUT;
		while (this.#open.size > 0 && Date.now() < until) await new Promise((soon) => setTimeout(soon, 10));
		for (const connection of this.#open) connection.terminate();
	}

	#admit(req: IncomingMessage, path: string): { grant: Grant | undefined } | Refusal {
		const { allowedOrigin, serveApiKeys, maxConnections, addressOf } = this.#rules;
		const [pathname, query] = path.split('?', 2);
		if (pathname !== '/ws') return refusals.noSuchPath;
		if (this.#stopped) return refusals.unavailable;
		const { origin, host } = req.headers;
		if (origin !== undefined && !allowedOrigin(origin, host ?? '')) return refusals.badOrigin;
		const address = addressOf(req);
		if (this.#open.size >= maxConnections) return refusals.tooManySockets;
		const full = this.#full(address);
		if (full) return full;
		const token = parameter(query, 'token');
		if (token !== undefined) {
			const grant = this.#service.grants.read(token);
			if (!grant) return refusals.badToken;
			return this.#full(address, grant) ?? this.#badSocketsFull(grant) ?? { grant };
		}
		if (!serveApiKeys) return refusals.noSuchPath;
		const apiKey = parameter(query, 'apiKey') ?? req.headers['x-api-key'];
		return this.#service.grants.isApiKey(apiKey) ? { grant: undefined } : refusals.badKey;
	}

	#refuse(req: IncomingMessage, socket: Duplex, { code, error }: Refusal): void {
		const address = this.#rules.addressOf(req) ?? 'proxy';
		this.#service.log('socket-refused', { status: code, because: error, address });
		const body = JSON.stringify({ error });
		// A client that does not hang up would keep the connection.
		socket.once('finish', () => socket.destroy());
		socket.end(
			`HTTP/1.1 ${code} ${STATUS_CODES[code]}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
				`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
		);
	}

	/** Why one more socket of this address and holder would be refused now. */
	#full(address: string | undefined, holder?: Pick<Grant, 'holder'> & Partial<Pick<Grant, 'id'>>): Refusal | undefined {
		return this.#limitsOf(address, holder).find(({ name, most }) => (this.#counts.get(name) ?? 0) >= most)?.refusal;
	}

	/** What a socket counts for, and how many each may have. */
	#limitsOf(address: string | undefined, grant?: Pick<Grant, 'holder'> & Partial<Pick<Grant, 'id'>>): Limit[] {
		const { maxConnectionsPerAddress, maxConnectionsPerHolder, maxConnectionsPerToken } = this.#rules;
		const limits: Limit[] = [];
		const add = (kind: string, value: string | undefined, most: number, refusal: Refusal) => {
			if (value !== undefined && most !== Infinity) limits.push({ name: `${kind} ${value}`, most, refusal });
		};
		add('address', address, maxConnectionsPerAddress, refusals.tooManyOfAddress);
		add('holder', grant?.holder, maxConnectionsPerHolder, refusals.tooManyOfHolder);
		add('token', grant?.id, maxConnectionsPerToken, refusals.tooManyOfToken);
		return limits;
	}

	#badSocketsFull(grant: Partial<Grant>): Refusal | undefined {
		const closed = this.#counts.get(badSocketsOf(grant)) ?? 0;
		return closed >= this.#rules.maxBadSockets ? refusals.tooManyBadFrames : undefined;
	}

	#countBadSocket(grant: Grant | undefined): void {
		if (!grant || this.#rules.maxBadSockets === Infinity) return;
		const name = badSocketsOf(grant);
		this.#count(name, 1);
		setTimeout(() => this.#count(name, -1), BAD_SOCKET_COUNTS_FOR).unref();
	}

	#count(name: string, by: number): void {
		const count = (this.#counts.get(name) ?? 0) + by;
		if (count === 0) this.#counts.delete(name);
		else this.#counts.set(name, count);
	}
}

interface Limit {
	name: string;
	most: number;
	refusal: Refusal;
}

const badSocketsOf = ({ holder, id }: Partial<Grant>) => `bad ${holder ?? id}`;

/** HPKV's clients write key and token into the URL as they are, so a `+` is a plus, not a space. */
function parameter(query: string | undefined, name: string): string | undefined {
	const found = query?.split('&').find((pair) => pair.startsWith(`${name}=`));
	try {
		return found && decodeURIComponent(found.slice(name.length + 1));
	} catch {
		return '';
	}
}
