import { backoff } from '../../../hpkv/clients/backoff.ts';
import { subscribe, type Subscription } from '../../../hpkv/clients/subscription.ts';
import { Batch } from './batch.ts';

/** `off`: nobody is signed in, so nothing is heard live. `full`: the server has no socket left for this person or address. */
export type ConnectionState = 'off' | 'full' | 'connecting' | 'live' | 'reconnecting' | 'offline';

/** What a page needs to hear live: a socket's address (or a path on this server) and a token for it. */
export interface Ticket {
	/** In place of all else: why there is no socket for this page now, in a sentence. */
	refusal?: string;
	url: string;
	token: string;
	/** The rooms of which it hears all that there is to hear, by their ids. */
	rooms?: readonly string[];
}

/** Whoever hears what the connection hears. */
export interface Listener {
	/** From now on nothing is missed: ask for what came before. */
	onlive: () => void;
	onnotification: (key: string, value: string | null) => void;
}

/** A token lasts two hours; a quarter of an hour before, another socket takes over. In milliseconds. */
const RENEW_AFTER = 105 * 60_000;
/** A line that says nothing for so long is asked for a sign of life, and twenty seconds later given up. */
const SILENT_AFTER = 25_000;
const DEAD_AFTER = 45_000;
const LOOK_EVERY = 5_000;
/** A silent line answers with nothing, not even an error: so long a try may take until its socket is open. */
const OPEN_WITHIN = 15_000;

/** A page's one socket, which comes back by itself, for ever. What it says of itself is true: `live` means that pushes arrive. */
export class Connection {
	#state = $state<ConnectionState>('off');
	#refusal = $state<string>();
	readonly #ticket: (over: AbortSignal) => Promise<Ticket | undefined>;
	readonly #ears = new Set<Listener>();
	/** In a busy room they are told together: each time, what is shown is worked out and laid out again. */
	readonly #arrivals = new Batch<{ key: string; value: string | null }>((notifications) => {
		for (const { key, value } of notifications) for (const ear of this.#ears) ear.onnotification(key, value);
	});
	#rooms: readonly string[] | undefined;
	/** The room that somebody has come to hear since the last ticket was asked for: it may not name it. */
	#came: string | undefined;
	#subscription: Subscription | undefined;
	/** One that is not open yet. */
	#opening: Subscription | undefined;
	#failures = 0;
	/** The next try, or the end of this one; nothing, where no socket is on its way. */
	#retry: ReturnType<typeof setTimeout> | undefined;
	#watch: ReturnType<typeof setInterval> | undefined;
	#openedAt = 0;
	#heardAt = 0;
	/** Which attempt is the current one: what an earlier one still says no longer counts. */
	#attempt = 0;

	/** @param ticket a fresh one; `undefined` when the session has ended. Throws when the server cannot be reached, or `over` */
	constructor(ticket: (over: AbortSignal) => Promise<Ticket | undefined>) {
		this.#ticket = ticket;
	}

	get state(): ConnectionState {
		return this.#state;
	}

	/** Why the state is `full`, in the server's words. */
	get refusal(): string | undefined {
		return this.#refusal;
	}

	/** Begins to listen. @returns what ends it */
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

	/**
	 * @param room what this ear wants to hear above all: a ticket that does not name it is renewed
	 * @returns what ends it
	 */
	listen(ear: Listener, room?: string): () => void {
		this.#ears.add(ear);
		this.#came = room ?? this.#came;
		if (this.#lacks(room)) this.renew();
		else if (this.#state === 'live') ear.onlive();
		return () => void this.#ears.delete(ear);
	}

	/** Another ticket and another socket, before the one in use is closed: what is heard changes, nothing is missed. */
	renew(): void {
		if (this.#state === 'live') void this.#connect();
	}

	/** Nobody was signed in when it asked last: perhaps somebody is by now, by another tab. */
	wake(): void {
		if (this.#state === 'off' && this.#watch) void this.#connect();
	}

	#lacks = (room?: string) => room && this.#rooms?.includes(room) === false;

	async #connect(): Promise<void> {
		this.#came = undefined;
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
			// This page's own socket was counted as well: it is closed, and the next try has its place.
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
					this.#openedAt = this.#heardAt = performance.now();
					this.#rooms = ticket.rooms;
					this.#state = 'live';
					this.#refusal = undefined;
					for (const ear of this.#ears) ear.onlive();
					if (this.#lacks(this.#came)) this.renew();
				},
				onFrame: () => (this.#heardAt = performance.now()),
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
			return; // the browser says when it is back
		}
		this.#state = refusal ? 'full' : 'reconnecting';
		this.#retry = setTimeout(() => void this.#connect(), backoff(++this.#failures));
	}

	/** Now, without waiting for the next try. */
	#again(): void {
		if (this.#state === 'live') return;
		this.#state = 'reconnecting';
		void this.#connect();
	}

	#look(): void {
		if (this.#state !== 'live') return;
		const now = performance.now();
		if (now - this.#heardAt > DEAD_AFTER) this.#lost();
		else if (now - this.#openedAt > RENEW_AFTER && !this.#retry) void this.#connect();
		else if (now - this.#heardAt > SILENT_AFTER) this.#subscription?.probe();
	}
}

/** A path stands for this page's own server. */
function socketAddress(url: string): string {
	const address = new URL(url, location.href);
	address.protocol = address.protocol.replace('http', 'ws');
	return address.href;
}
