import { BEAT, isHere, type Here } from '../../chat/people/presence.ts';
import { lazy } from '../../lazy.ts';
import type { TypingIndicator } from './TypingIndicator.lazy.svelte.ts';

const writing = lazy(() => import('./TypingIndicator.lazy.svelte.ts'));

export type Say = (act: 'here' | 'gone' | 'typing') => Promise<unknown>;

/** People in the room: from live events, and from the answer to each beat of this page. */
export class RoomPresence {
	#here = $state.raw() as Here;
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

	/** Beats while the page is visible. @returns a function that stops it and posts `gone` */
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

	/** Skipped within half a beat of the last, as after a change of tabs and back. */
	async beat(): Promise<void> {
		const now = performance.now();
		if (document.visibilityState !== 'visible' || now - this.#saidAt < BEAT / 2) return;
		this.#saidAt = now;
		this.#become(await this.#say('here'));
	}

	/** @returns false if `value` is no presence event */
	hear(value: unknown): boolean {
		const { here, typing } = (value ?? {}) as { here?: unknown; typing?: unknown };
		this.#become(here);
		if (typing) void this.#write((writing) => writing.hear(typing));
		return Boolean(here || typing);
	}

	type(): void {
		void this.#write((writing) => writing.type());
	}

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
