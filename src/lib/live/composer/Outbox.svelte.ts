import { backoff } from '../../../hpkv/clients/backoff.ts';
import type { Answered } from '../../chat/messages/answered.ts';
import type { ShownMessage } from '../../chat/messages/message-view.ts';
import type { SentNotice } from '../../chat/text/unnotified.ts';

/** A file of an unsent message; its bytes are in lib/live/files. */
export interface UnsentFile {
	key: string;
	name: string;
	size: number;
	alt?: string;
	/** If it was uploaded before the message was sent. */
	id?: string;
}

export interface Unsent {
	/** The send id. */
	id: string;
	/** The day that the page carried. */
	day: string;
	person: string;
	sender: string;
	message: string;
	re?: number;
	answered?: Answered;
	files?: readonly UnsentFile[];
	/** By this browser's clock. */
	timestamp: number;
	/** `waiting`: sent again when the server is reached, or its rate limit allows. `failed`: refused. */
	state: 'sending' | 'waiting' | 'failed';
	/** Why the message was refused, or what it waits for, in a sentence. Absent for a wait of some seconds. */
	reason?: string;
	/** Refused because more people would read it: it is sent to them if the person says so. */
	anyway?: boolean;
}

export type Receipt =
	| { kind: 'sent'; message: ShownMessage; notices?: readonly SentNotice[] }
	/** No answer, so the message may be stored: the same send is repeated. `sentence`: what the message waits for. */
	| { kind: 'noResponse'; sentence: string; retryAfterSeconds?: number }
	| SendRefusal;

interface SendRefusal {
	kind: 'refusal';
	status: number;
	sentence: string;
	/** Rate limited: the same send is repeated then. */
	retryAfterSeconds?: number;
	/** For another try: this send id can no longer be used. */
	ids?: Pick<Unsent, 'id' | 'day' | 'anyway'>;
}

/** `most`: a server that is back is found within five seconds. */
const RETRY_MS = { first: 1_000, most: 5_000 };
/** A shorter wait shows no reason: it is over before somebody has read it. */
const QUIET_WAIT_SECONDS = 15;

/** Where an outbox outlives the page. Calls take effect in order. No promise rejects: without storage, messages are sent all the same. */
export interface OutboxStorage {
	/** The messages of all people and tabs of this browser. */
	load(): Promise<readonly Unsent[]>;
	/** Adds or replaces the message with this send id. It is stored when the promise resolves. */
	save(unsent: Unsent): Promise<void>;
	remove(id: string): Promise<void>;
}

interface Deps {
	/** Calls `say` with a sentence on what the message waits for. */
	post: (unsent: Unsent, say: (reason: string) => void) => Promise<Receipt>;
	onsent: (message: ShownMessage) => void;
	/** A message with files is sent or discarded. */
	forget?: (files: readonly UnsentFile[]) => void;
	storage: OutboxStorage;
}

/** A person's messages that are not acknowledged: shown at once, sent one at a time in order, kept in the browser. */
export class Outbox {
	#unsent = $state.raw<readonly Unsent[]>([]);
	readonly #deps: Deps;
	/** Resolves when all messages are stored as they are now. */
	#saved: Promise<void> = Promise.resolve();
	#sending = false;
	#failures = 0;
	#again: ReturnType<typeof setTimeout> | undefined;
	/** In `performance.now()` time. */
	#closedUntil = 0;

	constructor(deps: Deps) {
		this.#deps = deps;
	}

	get unsent(): readonly Unsent[] {
		return this.#unsent;
	}

	/** Loads the messages that an earlier page of this person left (reload, crash). */
	async restore(person: string): Promise<void> {
		const stored = await this.#deps.storage.load();
		const listed = new Set(this.#unsent.map(({ id }) => id));
		const left = stored
			.filter((unsent) => unsent.person === person && !listed.has(unsent.id))
			// The earlier page ended during the send.
			.map((unsent): Unsent => (unsent.state === 'sending' ? { ...unsent, state: 'waiting' } : unsent));
		if (left.length === 0) return;
		this.#unsent = [...left, ...this.#unsent].sort((a, b) => a.timestamp - b.timestamp);
		this.resume();
	}

	send(draft: Omit<Unsent, 'state' | 'id'>): void {
		const unsent: Unsent = { ...draft, id: randomId(), state: 'waiting' };
		this.#save(unsent);
		this.#unsent = [...this.#unsent, unsent];
		this.resume();
	}

	/** @param alone sends the text without the message that it replies to, which may be gone */
	retry(id: string, alone = false): void {
		this.#change(id, {
			state: 'waiting',
			reason: undefined,
			anyway: undefined,
			...(alone && { re: undefined, answered: undefined })
		});
		this.resume();
	}

	/** Sends all waiting messages in order, unless the rate limit still closes the outbox. */
	resume = (): void => {
		if (performance.now() < this.#closedUntil) return;
		for (const { id, state } of this.#unsent) {
			if (state === 'waiting') this.#change(id, { state: 'sending', reason: undefined });
		}
		void this.#drain();
	};

	/** Repeats the oldest waiting message, still as `waiting`: the page must not flicker every few seconds. */
	#tryAgain = () => void this.#drain(this.#unsent.find(({ state }) => state === 'waiting'));

	#reopen = () => {
		this.#closedUntil = 0;
		this.resume();
	};

	/** Later messages wait as well, so that they do not overtake this one. */
	#wait(reason: string | undefined, then: () => void, milliseconds: number): void {
		for (const { id, state } of this.#unsent) {
			if (state !== 'failed') this.#change(id, { state: 'waiting', reason });
		}
		this.#again = setTimeout(then, milliseconds);
	}

	/** @param keepsFiles of a message that goes back to the composer */
	discard(id: string, keepsFiles = false): void {
		void this.#deps.storage.remove(id);
		const files = this.#unsent.find((unsent) => unsent.id === id)?.files;
		this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
		if (files && !keepsFiles) this.#deps.forget?.(files);
	}

	async #drain(next = this.#next()): Promise<void> {
		if (this.#sending) return;
		this.#sending = true;
		clearTimeout(this.#again);
		try {
			for (; next; next = this.#next()) {
				const { id } = next;
				// A page that is killed during the send must leave the text to the next page.
				await this.#saved;
				if (!this.#unsent.some((unsent) => unsent.id === id)) {
					// Discarded meanwhile.
					this.resume();
					continue;
				}
				const receipt = await this.#deps.post(next, (reason) => this.#show(id, { state: 'waiting', reason }));
				if (receipt.kind === 'noResponse')
					return this.#wait(
						receipt.sentence,
						this.#tryAgain,
						(receipt.retryAfterSeconds ?? 0) * 1_000 + backoff(++this.#failures, RETRY_MS)
					);
				this.#failures = 0;
				if (receipt.kind === 'refusal' && receipt.retryAfterSeconds) {
					const seconds = receipt.retryAfterSeconds;
					this.#closedUntil = performance.now() + seconds * 1_000;
					const reason =
						seconds > QUIET_WAIT_SECONDS ? `You’re sending quickly. This goes out in ${seconds} seconds.` : undefined;
					return this.#wait(reason, this.#reopen, seconds * 1_000);
				}
				if (receipt.kind === 'sent') {
					this.#deps.onsent(receipt.message);
					this.discard(next.id);
				} else {
					this.#change(next.id, { state: 'failed', reason: receipt.sentence, ...receipt.ids });
				}
				// The server is reachable, so all waiting messages are sent.
				this.resume();
			}
		} finally {
			this.#sending = false;
		}
	}

	#save(unsent: Unsent): void {
		this.#saved = this.#deps.storage.save(unsent);
	}

	#next = () => this.#unsent.find((unsent) => unsent.state === 'sending');

	#change(id: string, change: Partial<Unsent>): void {
		this.#show(id, change, (after) => {
			if (after.id !== id) void this.#deps.storage.remove(id);
			this.#save(after);
		});
	}

	/** Changes a message on the page alone: after a reload, it is as it was saved. */
	#show(id: string, change: Partial<Unsent>, then?: (after: Unsent) => void): void {
		this.#unsent = this.#unsent.map((unsent) => {
			if (unsent.id !== id) return unsent;
			const after = { ...unsent, ...change };
			then?.(after);
			return after;
		});
	}
}

/** 128 random bits in hex. `crypto.randomUUID` exists only on https and localhost. */
export function randomId(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
