import { isTypist, TYPING_EVERY, TYPING_FOR, typingText, type Typist } from '../../chat/people/typing.ts';
import type { Say } from './RoomPresence.svelte.ts';

/** Shows other people who are typing, and posts that this person is. Loaded when somebody begins to type. */
export class TypingIndicator {
	#typists = $state.raw<readonly Typist[]>([]);
	readonly #say: Say;
	#saidAt = -TYPING_EVERY;

	constructor(say: Say) {
		this.#say = say;
	}

	/** In a sentence. A later message of a person ends their typing; both times are the server's. */
	words(said: readonly { person: string; timestamp: number }[], me?: string): string {
		const still = this.#typists.filter(
			({ person, at }) => person !== me && !said.some((it) => it.person === person && it.timestamp >= at)
		);
		return typingText(still.map(({ name }) => name));
	}

	type(): void {
		const now = performance.now();
		if (now - this.#saidAt < TYPING_EVERY) return;
		this.#saidAt = now;
		void this.#say('typing');
	}

	hear(value: unknown): void {
		if (!Array.isArray(value)) return;
		const news = value.filter(isTypist);
		const others = this.#typists.filter((typist) => !news.some(({ person }) => person === typist.person));
		this.#typists = [...others, ...news];
		setTimeout(() => (this.#typists = this.#typists.filter((typist) => !news.includes(typist))), TYPING_FOR);
	}
}
