import { backoff } from '../../../hpkv/clients/backoff.ts';
import { subscribe, type Subscription } from '../../../hpkv/clients/subscription.ts';
import { Batch } from './batch.ts';

/** `off`: nobody is signed in. `full`: the server has no socket left for this person or network. */
export type ConnectionState = 'off' | 'full' | 'connecting' | 'live' | 'reconnecting' | 'offline';

/** A socket's address (or a path on this server), and a subscribe token for it. */
export interface Ticket {
	/** Instead of all else: why this page gets no socket now, in a sentence. */
	refusal?: string;
	url: string;
	token: string;
	/** Ids of the rooms that the token receives all live events of. */
	rooms?: readonly string[];
}

export interface Listener {
	/** Live events arrive from now on: ask for the earlier ones. */
	onlive: () => void;
	/** `value` is parsed JSON; `undefined` for a value that is no JSON. */
	onnotification: (key: string, value: unknown) => void;
}

/** Times in milliseconds. A token lasts two hours; the next socket is opened a quarter of an hour before. */
const RENEW_AFTER = 105 * 60_000;
/** A silent socket is probed after 25 s, and closed at 45 s. */
const SILENT_AFTER = 25_000;
const DEAD_AFTER = 45_000;
const LOOK_EVERY = 5_000;
/** A dead line returns no error: limit for one attempt, ticket and socket. */
const OPEN_WITHIN = 15_000;

/** A page's one socket, which reconnects for ever. `live` means that live events arrive. */
export class Connection {
	#state = $state<ConnectionState>('off');
	#refusal = $state<string>();
	readonly #ticket: (over: AbortSignal) => Promise<Ticket | undefined>;
	readonly #listeners = new Set<Listener>();
	/** Batched: each delivery computes and lays out the page again, which is slow in a busy room. */
	readonly #arrivals = new Batch<{ key: string; value: string | null }>((notifications) => {
		for (const notification of notifications) {
			const value = parseJson(notification.value ?? '');
			for (const listener of this.#listeners) listener.onnotification(notification.key, value);
		}
	});
	#rooms: readonly string[] | undefined;
	/** Last room given to `listen` since the last ticket was requested; the ticket may not name the room. */
	#newRoom: string | undefined;
	#subscription: Subscription | undefined;
	#opening: Subscription | undefined;
	#failures = 0;
	/** The next attempt, or the timeout of the current one. */
	#retry: ReturnType<typeof setTimeout> | undefined;
	#watch: ReturnType<typeof setInterval> | undefined;
	#openedAt = 0;
	#lastFrameAt = 0;
	/** Results of earlier attempts are ignored. */
	#attempt = 0;

	/** @param ticket loads one; `undefined` if the session has ended. Throws if the server is away, or at `over` */
	constructor(ticket: (over: AbortSignal) => Promise<Ticket | undefined>) {
		this.#ticket = ticket;
	}

	get state(): ConnectionState {
		return this.#state;
	}

	get refusal(): string | undefined {
		return this.#refusal;
	}

	start(): () => void {
		this.#state = navigator.onLine ? 'connecting' : 'offline';
		const online = () => this.#again();
		const offline = () => this.#lost();
		// After a sleep, or out of the back/forward cache, timers are late and the socket may be dead.
		const visible = () => {
			if (document.visibilityState !== 'visible') return;
			this.wake();
			this.#look();
		};
		addEventListener('online', online);
		addEventListener('offline', offline);
		addEventListener('pageshow', visible);
		document.addEventListener('visibilitychange', visible);
		this.#watch = setInterval(() => this.#look(), LOOK_EVERY);
		void this.#connect();
		return () => {
			removeEventListener('online', online);
			removeEventListener('offline', offline);
			removeEventListener('pageshow', visible);
			document.removeEventListener('visibilitychange', visible);
			clearInterval(this.#watch);
			this.#arrivals.clear();
			this.#watch = undefined;
			this.#drop();
			this.#state = 'off';
		};
	}

	/** @param room a room that the ticket must name, or it is renewed. @returns a function that stops it */
	listen(listener: Listener, room?: string): () => void {
		this.#listeners.add(listener);
		this.#newRoom = room ?? this.#newRoom;
		if (this.#lacks(room)) this.renew();
		else if (this.#state === 'live') listener.onlive();
		return () => void this.#listeners.delete(listener);
	}

	/** Whether the ticket names the room, as far as there is one. */
	hears = (room: string): boolean => !this.#lacks(room);

	need(room: string): void {
		if (this.hears(room)) return;
		this.#newRoom = room;
		this.renew();
	}

	/** Replaces ticket and socket. The old socket is closed after the new one is open, so no live event is missed. */
	renew(): void {
		if (this.#state === 'live') void this.#connect();
	}

	/** Connects if nobody was signed in before: somebody may have signed in in another tab. */
	wake(): void {
		if (this.#state === 'off' && this.#watch) void this.#connect();
	}

	#lacks = (room?: string) => room && this.#rooms?.includes(room) === false;

	async #connect(): Promise<void> {
		this.#newRoom = undefined;
		clearTimeout(this.#retry);
		this.#retry = setTimeout(() => this.#lost(), OPEN_WITHIN);
		this.#opening?.close();
		const attempt = ++this.#attempt;
		const current = () => attempt === this.#attempt;
		try {
			const ticket = await this.#ticket(AbortSignal.timeout(OPEN_WITHIN));
			if (!current()) return;
			if (!ticket) {
				this.#drop();
				this.#state = 'off';
				return;
			}
			// The limit counted this page's own socket too: close it without a refusal, and retry.
			if (ticket.refusal) return this.#lost(this.#subscription ? undefined : ticket.refusal);
			const subscription: Subscription = (this.#opening = subscribe(socketAddress(ticket.url), ticket.token, {
				onOpen: () => {
					if (!current()) return subscription.close();
					clearTimeout(this.#retry);
					this.#retry = undefined;
					this.#subscription?.close();
					this.#subscription = subscription;
					this.#opening = undefined;
					this.#failures = 0;
					this.#openedAt = this.#lastFrameAt = performance.now();
					this.#rooms = ticket.rooms;
					this.#state = 'live';
					this.#refusal = undefined;
					for (const listener of this.#listeners) listener.onlive();
					if (this.#lacks(this.#newRoom)) this.renew();
				},
				onFrame: () => (this.#lastFrameAt = performance.now()),
				onNotification: (notification) => this.#arrivals.add(notification),
				onClose: () => {
					if (current() || this.#subscription === subscription) this.#lost();
				}
			}));
		} catch {
			if (current()) this.#lost();
		}
	}

	#drop(): void {
		clearTimeout(this.#retry);
		this.#attempt++;
		this.#subscription?.close();
		this.#opening?.close();
		this.#subscription = this.#opening = undefined;
	}

	#lost(refusal?: string): void {
		this.#drop();
		this.#refusal = refusal;
		if (!navigator.onLine) {
			this.#state = 'offline';
			return; // the `online` event reconnects
		}
		this.#state = refusal ? 'full' : 'reconnecting';
		this.#retry = setTimeout(() => void this.#connect(), backoff(++this.#failures));
	}

	#again(): void {
		if (this.#state === 'live') return;
		this.#state = 'reconnecting';
		void this.#connect();
	}

	#look(): void {
		if (this.#state !== 'live') return;
		const now = performance.now();
		if (now - this.#lastFrameAt > DEAD_AFTER) this.#lost();
		else if (now - this.#openedAt > RENEW_AFTER && !this.#retry) void this.#connect();
		else if (now - this.#lastFrameAt > SILENT_AFTER) this.#subscription?.probe();
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function socketAddress(url: string): string {
	const address = new URL(url, location.href);
	address.protocol = address.protocol.replace('http', 'ws');
	return address.href;
}
