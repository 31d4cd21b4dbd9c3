import { isTypist, TYPING_EVERY, TYPING_FOR, typingText, type Typist } from '../../chat/people/typing.ts';
import type { Say } from './RoomPresence.svelte.ts';

/** Who is writing here: others, who are shown, and I, who say so. It is loaded when the first of them begins. */
export class TypingIndicator {
	#typists = $state.raw<readonly Typist[]>([]);
	readonly #say: Say;
	#saidAt = -TYPING_EVERY;

	constructor(say: Say) {
		this.#say = say;
	}

	/** In a sentence. What somebody has said since ends it; both times are the server's. */
	words(said: readonly { person: string; timestamp: number }[], me?: string): string {
		const still = this.#typists.filter(
			({ person, at }) => person !== me && !said.some((it) => it.person === person && it.timestamp >= at)
		);
		return typingText(still.map(({ name }) => name));
	}

	/** I type. */
	type(): void {
		const now = performance.now();
		if (now - this.#saidAt < TYPING_EVERY) return;
		this.#saidAt = now;
		void this.#say('typing');
	}

	/** Others do. */
	hear(value: unknown): void {
		if (!Array.isArray(value)) return;
		const news = value.filter(isTypist);
		const others = this.#typists.filter((typist) => !news.some(({ person }) => person === typist.person));
		this.#typists = [...others, ...news];
		setTimeout(() => (this.#typists = this.#typists.filter((typist) => !news.includes(typist))), TYPING_FOR);
	}
}
