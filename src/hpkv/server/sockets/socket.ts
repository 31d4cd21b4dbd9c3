/**
 * The WebSocket door. Everything that can be refused is refused on the upgrade with an HTTP status, never accepted and
 * closed: HPKV's clients would report "connected" and then come back for ever.
 */
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { Failed } from '../../engine/engine.ts';
import { droppedKey, generationIn } from '../../protocol/dropped.ts';
import { refusals, type Refusal } from '../../protocol/errors.ts';
import {
	CLOSE_TIMEOUT,
	HOLDERS_TIMEOUT,
	MAX_BUFFERED_CHUNKS,
	MAX_FRAGMENTS,
	PING_EVERY,
	STOP_TIMEOUT,
	maxMessageBytes
} from '../../protocol/limits.ts';
import type { Grant } from '../access-tokens.ts';
import { Rate } from '../rate-limit.ts';
import type { Service } from '../service.ts';
import { Bearers } from './bearers.ts';
import { ConnectionLimits, countedOf, type ConnectionBounds } from './connection-limits.ts';
import { Connection } from './socket-connection.ts';

export interface SocketRules extends ConnectionBounds {
	/** Whether a page of this origin may open a socket. Clients that are no browsers send no Origin and are not asked. */
	allowedOrigin: (origin: string, host: string, headers: IncomingMessage['headers']) => boolean;
	/** False: the API key opens no socket, as if there were no such endpoint. */
	serveApiKeys: boolean;
	/** Operations a second of one socket; 0: as many as it likes. */
	ratePerSecond: number;
	/** Frames of one socket in a row that are no operation, or one that its token does not allow, until it is closed; Infinity: it stays open. */
	maxBadFrames: number;
	/** The address that a request counts for; undefined where it does not say whose it is (a proxy on this machine). */
	addressOf: (req: IncomingMessage) => string | undefined;
}

/** A request for a socket, as Node hands it over. */
interface Upgrade {
	req: IncomingMessage;
	socket: Duplex;
	head: Buffer;
}

export class Sockets {
	readonly #service: Service;
	readonly #rules: SocketRules;
	readonly #server: WebSocketServer;
	readonly #open = new Set<Connection>();
	readonly #bearers = new Bearers();
	readonly #limits: ConnectionLimits;
	readonly #pings: NodeJS.Timeout;
	#stopped = false;
	/** How often changes may have been missed. */
	#gaps = 0;

	constructor(service: Service, rules: SocketRules) {
		this.#service = service;
		this.#rules = rules;
		this.#limits = new ConnectionLimits(rules);
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
		service.engine.onCommit((changes) => this.#bearers.changed(changes));
		service.engine.onGap((because) => this.#missed(because));
	}

	/** Why a socket of this address and holder would be refused now, in a sentence; undefined where it would not. */
	refusalFor(address: string | undefined, holder: string): string | undefined {
		return this.#limits.refusal(address, { holder })?.error;
	}

	/** `path`: the request's raw path and query, relative to where the store is mounted. */
	upgrade(req: IncomingMessage, socket: Duplex, head: Buffer, path: string): void {
		// Until ws takes over, a reset would be an unhandled error.
		socket.on('error', () => {});
		if (socket.destroyed) return;
		const upgrade = { req, socket, head };
		const admitted = this.#admit(req, path);
		if ('error' in admitted) return this.#refuse(upgrade, admitted);
		const { grant } = admitted;
		// Before anything is waited for, so that upgrades at once do not pass a bound together.
		socket.once('close', this.#limits.take(this.#rules.addressOf(req), countedOf(grant)));
		if (!grant || grant.holders.length === 0) return this.#accept(upgrade, grant);
		this.#acceptUnlessDropped(upgrade, grant).catch(() => void socket.destroy());
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
		const { allowedOrigin, serveApiKeys, addressOf } = this.#rules;
		const [pathname, query] = path.split('?', 2);
		if (pathname !== '/ws') return refusals.noSuchPath;
		if (this.#stopped) return refusals.unavailable;
		const { origin, host } = req.headers;
		if (origin !== undefined && !allowedOrigin(origin, host ?? '', req.headers)) return refusals.badOrigin;
		const address = addressOf(req);
		const full = this.#limits.refusal(address);
		if (full) return full;
		const token = parameter(query, 'token');
		if (token !== undefined) {
			const grant = this.#service.grants.read(token);
			if (!grant) return refusals.badToken;
			return this.#limits.refusal(address, countedOf(grant)) ?? { grant };
		}
		if (!serveApiKeys) return refusals.noSuchPath;
		const apiKey = parameter(query, 'apiKey') ?? req.headers['x-api-key'];
		return this.#service.grants.isApiKey(apiKey) ? { grant: undefined } : refusals.badKey;
	}

	/** A change may have been missed by all who hear: they come back, are let in anew and read what they missed. */
	#missed(because: string): void {
		this.#gaps += 1;
		this.#service.log('hpkv-gap', { because });
		for (const connection of this.#open) if (connection.hears) connection.stop();
	}

	/** Listens for drops before it looks for them, so that a drop is seen by one or the other. */
	async #acceptUnlessDropped(upgrade: Upgrade, grant: Grant): Promise<void> {
		const gaps = this.#gaps;
		// A drop of before the token was made must not be told after it.
		if (!this.#service.engine.owned && !(await this.#isCaughtUp())) return this.#refuse(upgrade, refusals.unavailable);
		const waiting = { holders: grant.holders, dropped: false, drop: () => void (waiting.dropped = true) };
		this.#bearers.add(waiting);
		try {
			const refusal = await this.#lookUp(grant);
			if (upgrade.socket.destroyed) return;
			if (this.#stopped || gaps !== this.#gaps) this.#refuse(upgrade, refusals.unavailable);
			else if (waiting.dropped) this.#refuse(upgrade, refusals.droppedToken);
			else if (refusal) this.#refuse(upgrade, refusal);
			else this.#accept(upgrade, grant);
		} finally {
			this.#bearers.remove(waiting);
		}
	}

	async #isCaughtUp(): Promise<boolean> {
		try {
			await inTime(this.#service.engine.caughtUp());
			return true;
		} catch (error) {
			this.#service.refusalOf(error);
			return false;
		}
	}

	/** Why a token of these holders is refused: one was dropped, or the engine does not say. */
	async #lookUp({ holders }: Grant): Promise<Refusal | undefined> {
		try {
			const { engine } = this.#service;
			const standing = await inTime(Promise.all(holders.map(({ id }) => engine.get(droppedKey(id)))));
			const good = holders.every(({ generation }, at) => generationIn(standing[at]) === generation);
			return good ? undefined : refusals.droppedToken;
		} catch (error) {
			// Logged there. Whatever it was, asking again is worth while.
			this.#service.refusalOf(error);
			return refusals.unavailable;
		}
	}

	/** Nothing is waited for in here: a drop finds the upgrade before, and the connection after. */
	#accept({ req, socket, head }: Upgrade, grant: Grant | undefined): void {
		const { ratePerSecond, maxBadFrames, addressOf } = this.#rules;
		const onBadFrames = () => this.#limits.countBadSocket(countedOf(grant));
		const rules = { rate: new Rate(ratePerSecond), maxBadFrames, onBadFrames };
		this.#server.handleUpgrade(req, socket, head, (ws) => {
			const connection = new Connection(ws, socket, this.#service, grant, rules, addressOf(req) ?? 'proxy');
			this.#open.add(connection);
			this.#bearers.add(connection);
			ws.once('close', () => {
				this.#open.delete(connection);
				this.#bearers.remove(connection);
			});
		});
	}

	#refuse({ req, socket }: Upgrade, { code, error }: Refusal): void {
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
}

/** Rejects after {@link HOLDERS_TIMEOUT}. */
function inTime<T>(answer: Promise<T>): Promise<T> {
	const late = Promise.withResolvers<never>();
	const failure = () => late.reject(new Failed(503, 'The engine did not say the generations of a token in time'));
	const timer = setTimeout(failure, HOLDERS_TIMEOUT).unref();
	return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}

/** HPKV's clients write key and token into the URL as they are, so a `+` is a plus, not a space. */
function parameter(query: string | undefined, name: string): string | undefined {
	const found = query?.split('&').find((pair) => pair.startsWith(`${name}=`));
	try {
		return found && decodeURIComponent(found.slice(name.length + 1));
	} catch {
		return '';
	}
}
