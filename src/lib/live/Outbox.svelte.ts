import type { ChatMessage } from '../chat/message.ts';

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
	state: 'sending' | 'failed';
	/** Why it was not sent, in a sentence. */
	reason?: string;
}

/** What the server said to a send. */
export type Receipt =
	| { kind: 'sent'; message: ChatMessage }
	/** Refused, or nothing was heard: the same send may be tried again. `newId`: only as another send. */
	| { kind: 'refused'; reason: string; newId?: boolean };

/** My own messages on their way: shown at once, sent one after the other so that they keep their order. */
export class Outbox {
	#unsent = $state.raw<readonly Unsent[]>([]);
	readonly #post: (unsent: Unsent) => Promise<Receipt>;
	readonly #onsent: (message: ChatMessage) => void;
	#sending = false;

	constructor(post: (unsent: Unsent) => Promise<Receipt>, onsent: (message: ChatMessage) => void) {
		this.#post = post;
		this.#onsent = onsent;
	}

	/** In the order they were written. */
	get unsent(): readonly Unsent[] {
		return this.#unsent;
	}

	send(draft: Omit<Unsent, 'state' | 'id'>): void {
		this.#unsent = [...this.#unsent, { ...draft, id: sendId(), state: 'sending' }];
		void this.#drain();
	}

	retry(id: string): void {
		this.#change(id, { state: 'sending', reason: undefined });
		void this.#drain();
	}

	/** Takes the message out; its text is answered, so that nothing a person wrote is lost without being seen. */
	discard(id: string): string | undefined {
		const text = this.#unsent.find((unsent) => unsent.id === id)?.message;
		this.#unsent = this.#unsent.filter((unsent) => unsent.id !== id);
		return text;
	}

	async #drain(): Promise<void> {
		if (this.#sending) return;
		this.#sending = true;
		try {
			for (let next = this.#next(); next; next = this.#next()) {
				const receipt = await this.#post(next);
				if (receipt.kind === 'sent') {
					this.#onsent(receipt.message);
					this.discard(next.id);
				} else {
					const id = receipt.newId ? sendId() : next.id;
					this.#change(next.id, { id, state: 'failed', reason: receipt.reason });
				}
			}
		} finally {
			this.#sending = false;
		}
	}

	#next = () => this.#unsent.find((unsent) => unsent.state === 'sending');

	#change(id: string, change: Partial<Unsent>): void {
		this.#unsent = this.#unsent.map((unsent) => (unsent.id === id ? { ...unsent, ...change } : unsent));
	}
}

/** 128 random bits in hex. `crypto.randomUUID` is missing where a page is served over plain http in a network. */
function sendId(): string {
	return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
