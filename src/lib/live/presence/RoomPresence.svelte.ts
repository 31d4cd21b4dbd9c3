import { BEAT, isHere, type Here } from '../../chat/people/presence.ts';
import { lazy } from '../../lazy.ts';
import type { TypingIndicator } from './TypingIndicator.lazy.svelte.ts';

const writing = lazy(() => import('./TypingIndicator.lazy.svelte.ts'));

/** Tells the server that this page is looked at, left, or written in. */
export type Say = (act: 'here' | 'gone' | 'typing') => Promise<unknown>;

/** Who is in the room: heard, and answered to each beat of this page. */
export class RoomPresence {
	#here = $state.raw() as Here;
	/** Its code comes when somebody writes. */
	#writing = $state.raw<TypingIndicator>();
	readonly #say: Say;
	#saidAt = -BEAT;

	constructor(here: Here, say: Say) {
		this.#here = here;
		this.#say = say;
	}

	get here(): Here {
		return this.#here;
	}

	/** Beats while the page is looked at. @returns what ends it, and says that, too */
	start(): () => void {
		const beat = () => void this.beat();
		const gone = () => {
			this.#saidAt = -BEAT;
			void this.#say('gone');
		};
		const timer = setInterval(beat, BEAT);
		document.addEventListener('visibilitychange', beat);
		addEventListener('pagehide', gone);
		return () => {
			clearInterval(timer);
			document.removeEventListener('visibilitychange', beat);
			removeEventListener('pagehide', gone);
			gone();
		};
	}

	/** Not twice for a flip to another tab and back. */
	async beat(): Promise<void> {
		const now = performance.now();
		if (document.visibilityState !== 'visible' || now - this.#saidAt < BEAT / 2) return;
		this.#saidAt = now;
		this.#become(await this.#say('here'));
	}

	/** @returns false where it says nothing of who is here */
	hear(value: unknown): boolean {
		const { here, typing } = (value ?? {}) as { here?: unknown; typing?: unknown };
		this.#become(here);
		if (typing) void this.#write((writing) => writing.hear(typing));
		return Boolean(here || typing);
	}

	/** I type. */
	type(): void {
		void this.#write((writing) => writing.type());
	}

	/** Who else is writing, in a sentence. */
	words(...heard: Parameters<TypingIndicator['words']>): string {
		return this.#writing?.words(...heard) ?? '';
	}

	#become(value: unknown): void {
		if (isHere(value) && value.at > this.#here.at) this.#here = value;
	}

	async #write(act: (writing: TypingIndicator) => void): Promise<void> {
		const part = await writing();
		if (part) act((this.#writing ??= new part.TypingIndicator(this.#say)));
	}
}
