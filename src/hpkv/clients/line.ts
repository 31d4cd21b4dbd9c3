/**
 * A node's own subscription to a hosted store: one socket, with a token that may touch no key, on which the node hears what
 * other nodes write. The socket is renewed before its token ends, and overlaps the next, so that nothing is missed. A ping,
 * which is no call, shows that the line lives: an answer to it comes after all that was written before it was sent.
 */
import { WebSocket } from 'ws';
import { readNotification } from '../protocol/notification.ts';
import { backoff } from './backoff.ts';

export interface LineOptions {
	/** The endpoint's socket, `wss://…/ws`. */
	url: string;
	token: () => Promise<string>;
	onHeard: (key: string, value: string | null) => void;
	/** Something may have been missed. */
	onLost: () => void;
}

/** Milliseconds. */
const PING_EVERY_MS = 1_000;
/** Longer than a ping takes to the next continent: until then the answer of the last one counts. */
const SILENT_AFTER_MS = 2_500;
/** A token is good for two hours. */
const RENEW_AFTER_MS = 105 * 60_000;
const OPEN_WITHIN_MS = 15_000;
const RETRY = { first: 500, most: 30_000 };

export class Line {
	readonly #options: LineOptions;
	#socket: WebSocket | undefined;
	#opening: WebSocket | undefined;
	#heardAt = -Infinity;
	#openedAt = -Infinity;
	#since = Infinity;
	#failures = 0;
	#retry: NodeJS.Timeout | undefined;
	readonly #pings: NodeJS.Timeout;
	#asked = 0;
	/** Who waits for the answer to a ping, by its number. */
	readonly #waiting = new Map<string, (isCaughtUp: boolean) => void>();
	#isClosed = false;

	constructor(options: LineOptions) {
		this.#options = options;
		this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS).unref();
		void this.#connect();
	}

	/** Whether everything is heard that others write. */
	get isLive(): boolean {
		return this.#socket !== undefined && performance.now() - this.#heardAt < SILENT_AFTER_MS;
	}

	/** Since when nothing was missed, by `performance.now()`; Infinity while the line is down. */
	get since(): number {
		return this.#since;
	}

	/** Whether all is heard now that was written before the call: the answer to a ping comes after it. */
	async caughtUp(): Promise<boolean> {
		const socket = this.#socket;
		if (!socket || !this.isLive) return false;
		const asked = String(++this.#asked);
		return new Promise((resolve) => {
			const late = setTimeout(() => this.#answered(asked, false), SILENT_AFTER_MS);
			this.#waiting.set(asked, (isCaughtUp) => {
				clearTimeout(late);
				resolve(isCaughtUp);
			});
			socket.ping(asked);
		});
	}

	#answered(asked: string, isCaughtUp: boolean): void {
		this.#waiting.get(asked)?.(isCaughtUp);
		this.#waiting.delete(asked);
	}

	close(): void {
		this.#isClosed = true;
		clearInterval(this.#pings);
		clearTimeout(this.#retry);
		this.#opening?.terminate();
		this.#socket?.terminate();
		this.#lost();
	}

	async #connect(): Promise<void> {
		clearTimeout(this.#retry);
		try {
			const token = await this.#options.token();
			if (this.#isClosed) return;
			const url = `${this.#options.url}?token=${encodeURIComponent(token)}`;
			const socket = new WebSocket(url, { handshakeTimeout: OPEN_WITHIN_MS });
			this.#opening = socket;
			socket.on('open', () => this.#opened(socket));
			socket.on('message', (data: Buffer) => this.#receive(data.toString()));
			socket.on('pong', (asked) => {
				if (socket === this.#socket) this.#heardAt = performance.now();
				this.#answered(asked.toString(), socket === this.#socket);
			});
			// `close` follows.
			socket.on('error', () => undefined);
			socket.on('close', () => this.#ended(socket));
		} catch {
			this.#connectLater();
		}
	}

	#opened(socket: WebSocket): void {
		if (this.#isClosed) return socket.terminate();
		const earlier = this.#socket;
		this.#opening = undefined;
		this.#socket = socket;
		this.#failures = 0;
		this.#openedAt = this.#heardAt = performance.now();
		if (!earlier) this.#since = this.#openedAt;
		// What was sent on it before it closes is still heard.
		earlier?.close();
	}

	#receive(text: string): void {
		const notification = readNotification(text);
		if (notification) this.#options.onHeard(notification.key, notification.value);
	}

	#ended(socket: WebSocket): void {
		if (socket === this.#opening) this.#opening = undefined;
		else if (socket === this.#socket) this.#lost();
		else return;
		this.#connectLater();
	}

	#lost(): void {
		this.#socket = undefined;
		this.#since = Infinity;
		for (const asked of [...this.#waiting.keys()]) this.#answered(asked, false);
		this.#options.onLost();
	}

	#connectLater(): void {
		if (this.#isClosed) return;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => void this.#connect(), backoff(++this.#failures, RETRY)).unref();
	}

	#ping(): void {
		if (!this.#socket) return;
		const now = performance.now();
		if (now - this.#heardAt > OPEN_WITHIN_MS) return this.#socket.terminate();
		this.#socket.ping();
		if (now - this.#openedAt > RENEW_AFTER_MS && !this.#opening) {
			this.#openedAt = now;
			void this.#connect();
		}
	}
}
