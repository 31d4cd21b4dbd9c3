import { BEAT_MS, isHere, type Here } from '../../chat/people/presence.ts';
import { lazy } from '../../lazy.ts';
import type { TypingIndicator } from './TypingIndicator.lazy.svelte.ts';

const indicatorPart = lazy(() => import('./TypingIndicator.lazy.svelte.ts'));

/** Posts what this page does. Resolves to the people present after `here`, where the server was reached. */
export type PostPresence = (act: 'here' | 'gone' | 'typing') => Promise<unknown>;

export class RoomPresence {
	#here = $state.raw() as Here;
	#indicator = $state.raw<TypingIndicator>();
	readonly #post: PostPresence;
	#beatAt = -BEAT_MS;

	constructor(here: Here, post: PostPresence) {
		this.#here = here;
		this.#post = post;
	}

	get here(): Here {
		return this.#here;
	}

	/** Beats while the page is visible. @returns a function that stops it and posts `gone` */
	start(): () => void {
		const beat = () => void this.beat();
		const gone = () => {
			this.#beatAt = -BEAT_MS;
			void this.#post('gone');
		};
		const timer = setInterval(beat, BEAT_MS);
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
		if (document.visibilityState !== 'visible' || now - this.#beatAt < BEAT_MS / 2) return;
		this.#beatAt = now;
		this.#update(await this.#post('here'));
	}

	onHere(value: unknown): void {
		this.#update((value as { here?: unknown } | null | undefined)?.here);
	}

	onTyping(value: unknown): void {
		const typists = (value as { typing?: unknown } | null | undefined)?.typing;
		if (typists) void this.#withIndicator((indicator) => indicator.receive(typists));
	}

	type(): void {
		void this.#withIndicator((indicator) => indicator.type());
	}

	words(...args: Parameters<TypingIndicator['words']>): string {
		return this.#indicator?.words(...args) ?? '';
	}

	#update(value: unknown): void {
		if (isHere(value) && value.at > this.#here.at) this.#here = value;
	}

	async #withIndicator(act: (indicator: TypingIndicator) => void): Promise<void> {
		const part = await indicatorPart();
		if (part) act((this.#indicator ??= new part.TypingIndicator(this.#post)));
	}
}
