import { BEAT, isHere, type Here } from '../chat/presence.ts';

/** Tells the server that this page is looked at, left, or written in. */
export type Say = (act: 'here' | 'gone' | 'typing') => Promise<unknown>;

/** Who is in the room: heard, and answered to each beat of this page. */
export class Company {
	here = $state.raw<Here>();
	readonly #say: Say;
	#saidAt = -BEAT;

	constructor(here: Here | undefined, say: Say) {
		this.here = here;
		this.#say = say;
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
		this.hear(await this.#say('here'));
	}

	hear(value: unknown): void {
		if (isHere(value) && value.at > (this.here?.at ?? 0)) this.here = value;
	}
}
