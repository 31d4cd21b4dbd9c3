import { backoff } from '../../../hpkv/clients/backoff.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { Keep } from './browser-storage.ts';

/** One of my own messages that the server has not acknowledged. */
export interface Unsent {
	/** The send id: made once, kept until the message is acknowledged, so that a repeat is the same message. */
	id: string;
	/** The day that the send belongs to, as the server gave it with the page. */
	day: string;
	person: string;
	sender: string;
	message: string;
	/** By this browser's clock, until the server says. */
	timestamp: number;
	/** `waiting`: it goes out by itself, as soon as the server can be reached or lets it in. `failed`: it was refused. */
	state: 'sending' | 'waiting' | 'failed';
	/** Why it was refused, or what it is waiting for, in a sentence. A wait of some seconds gives none. */
	reason?: string;
}

/** What came of a send. */
export type Receipt =
	| { kind: 'sent'; message: ShownMessage }
	/** There was no answer, so it may have been sent: the same send is tried again. */
	| { kind: 'unreached'; reason: string }
	/** Too many were sent at once. The same send is tried again after so many seconds. */
	| { kind: 'too-fast'; seconds: number }
	/** The server will not have it as it is. Where it would only as another send, `ids` are what it gives for that. */
	| { kind: 'refused'; reason: string; ids?: Pick<Unsent, 'id' | 'day'> };

/** A server that is back is found within five seconds, in milliseconds. */
const RETRY_MS = { first: 1_000, most: 5_000 };
/** A shorter wait for the rate limit is over before anybody has read why. In seconds. */
const QUIET_WAIT_SECONDS = 15;

interface Door {
	post: (unsent: Unsent) => Promise<Receipt>;
	onsent: (message: ShownMessage) => void;
	/** Where the unsent ones outlive the page. */
	keep: Keep<Unsent>;
}

/**
 * My own messages on their way: shown at once, sent one after the other so that they keep their order, kept in the browser
 * until the server acknowledges them.
 */
export class Outbox {
	#unsent = $state.raw<readonly Unsent[]>([]);
	readonly #door: Door;
	#sending = false;
	#failures = 0;
	#again: ReturnType<typeof setTimeout> | undefined;
	/** Until then the server lets nothing in, by `performance.now()`. */
	#closedUntil = 0;

	constructor(door: Door) {
		this.#door = door;
	}

	/** In the order they were written. */
	get unsent(): readonly Unsent[] {
		return this.#unsent;
	}

	/** Takes up what an earlier page of this person left: a reload, a crash, a closed laptop. */
	restore(person: string): void {
		const here = new Set(this.#unsent.map(({ id }) => id));
		const left = this.#door.keep
			.all()
			.filter((unsent) => unsent.person === person && !here.has(unsent.id))
			// On its way when that page ended.
			.map((unsent): Unsent => (unsent.state === 'sending' ? { ...unsent, state: 'waiting' } : unsent));
		if (left.length === 0) return;
		this.#unsent = [...left, ...this.#unsent].sort((a, b) => a.timestamp - b.timestamp);
		this.resume();
	}

	send(draft: Omit<Unsent, 'state' | 'id'>): void {
		const unsent: Unsent = { ...draft, id: sendId(), state: 'waiting' };
		this.#door.keep.put(unsent.id, unsent);
		this.#unsent = [...this.#unsent, unsent];
		// What was written before it goes out before it.
		this.resume();
	}

	retry(id: string): void {
		this.#change(id, { state: 'waiting', reason: undefined });
		this.resume();
	}

	/** The server can be reached again: all that is waiting goes out, in order; not before the server lets it in. */
	resume = (): void => {
		if (performance.now() < this.#closedUntil) return;
		for (const { id, state } of this.#unsent) {
			if (state === 'waiting') this.#change(id, { state: 'sending', reason: undefined });
		}
		void this.#drain();
	};

	/** The oldest that is waiting. It goes on saying so meanwhile: a page must not blink every few seconds. */
	#tryAgain = () => void this.#drain(this.#unsent.find(({ state }) => state === 'waiting'));

	#reopen = () => {
		this.#closedUntil = 0;
		this.resume();
	};

	/** Those behind the one that has to wait were written later, and do not overtake it. */
	#wait(reason: string | undefined, then: () => void, milliseconds: number): void {
		for (const { id, state } of this.#unsent) {
			if (state !== 'failed') this.#change(id, { state: 'waiting', reason });
		}
		this.#again = setTimeout(then, milliseconds);
	}

	/** Takes the message out; its text is answered, so that nothing a person wrote is lost without being seen. */
	discard(id: string): string | undefined {
		this.#door.keep.drop(id);
		const text = this.#unsent.find((unsent) => unsent.id === id)?.message;
		this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
		return text;
	}

	async #drain(next = this.#next()): Promise<void> {
		if (this.#sending) return;
		this.#sending = true;
		clearTimeout(this.#again);
		try {
			for (; next; next = this.#next()) {
				const receipt = await this.#door.post(next);
				if (receipt.kind === 'unreached')
					return this.#wait(receipt.reason, this.#tryAgain, backoff(++this.#failures, RETRY_MS));
				this.#failures = 0;
				if (receipt.kind === 'too-fast') {
					const { seconds } = receipt;
					this.#closedUntil = performance.now() + seconds * 1_000;
					const reason =
						seconds > QUIET_WAIT_SECONDS ? `Waiting for ${seconds} seconds: that was too fast.` : undefined;
					return this.#wait(reason, this.#reopen, seconds * 1_000);
				}
				if (receipt.kind === 'sent') {
					this.#door.onsent(receipt.message);
					this.discard(next.id);
				} else {
					this.#change(next.id, { state: 'failed', reason: receipt.reason, ...receipt.ids });
				}
				// Who answers one answers the others.
				this.resume();
			}
		} finally {
			this.#sending = false;
		}
	}

	#next = () => this.#unsent.find((unsent) => unsent.state === 'sending');

	#change(id: string, change: Partial<Unsent>): void {
		this.#unsent = this.#unsent.map((unsent) => {
			if (unsent.id !== id) return unsent;
			const after = { ...unsent, ...change };
			if (after.id !== id) this.#door.keep.drop(id);
			this.#door.keep.put(after.id, after);
			return after;
		});
	}
}

/** 128 random bits in hex. `crypto.randomUUID` is missing where a page is served over plain http in a network. */
export function sendId(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
