import { isTypist, TYPING_EVERY, TYPING_FOR, typingText, type Typist } from '../../chat/people/typing.ts';
import type { PostPresence } from './RoomPresence.svelte.ts';

/** Shows other people who are typing, and posts that this person is. Loaded when somebody begins to type. */
export class TypingIndicator {
	#typists = $state.raw<readonly Typist[]>([]);
	readonly #post: PostPresence;
	#postedAt = -TYPING_EVERY;

	constructor(post: PostPresence) {
		this.#post = post;
	}

	/** In a sentence. A later message of a person ends their typing; both times are the server's. */
	words(messages: readonly { person: string; timestamp: number }[], me?: string): string {
		const still = this.#typists.filter(
			({ person, at }) =>
				person !== me && !messages.some((message) => message.person === person && message.timestamp >= at)
		);
		return typingText(still.map(({ name }) => name));
	}

	type(): void {
		const now = performance.now();
		if (now - this.#postedAt < TYPING_EVERY) return;
		this.#postedAt = now;
		void this.#post('typing');
	}

	receive(value: unknown): void {
		if (!Array.isArray(value)) return;
		const received = value.filter(isTypist);
		const others = this.#typists.filter((typist) => !received.some(({ person }) => person === typist.person));
		this.#typists = [...others, ...received];
		setTimeout(() => (this.#typists = this.#typists.filter((typist) => !received.includes(typist))), TYPING_FOR);
	}
}
