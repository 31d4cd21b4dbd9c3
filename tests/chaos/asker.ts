/** Somebody who asks one node for a room's page over and over: what was acknowledged before a question must stand in its answer. */
import { openPage } from './page.ts';
import type { Room } from './stage.ts';

const PAUSE_MS = 100;

export class Asker {
	/** Questions that were answered, and refused (also with silence). */
	answered = 0;
	refused = 0;
	/** Answers without what was acknowledged before they were asked for. */
	readonly stale: string[] = [];
	readonly #room: Room;
	readonly #app: string;
	#read = 0;
	#newest = 0;
	#over = false;
	#asking: Promise<void>;

	constructor(room: Room, app: string) {
		this.#room = room;
		this.#app = app;
		this.#asking = this.#askAll();
	}

	async end(): Promise<void> {
		this.#over = true;
		await this.#asking;
	}

	async #askAll(): Promise<void> {
		while (!this.#over) {
			const newest = this.#acknowledged();
			const page = await openPage(this.#app, this.#room.path).then(
				({ page }) => page,
				() => undefined
			);
			if (page) {
				this.answered++;
				const shown = page.messages.at(-1)?.n ?? 0;
				if (shown < newest) this.stale.push(`its page ends with ${shown}, and ${newest} was acknowledged before`);
			} else this.refused++;
			await new Promise((again) => setTimeout(again, PAUSE_MS));
		}
	}

	/** The highest number that anybody was told. */
	#acknowledged(): number {
		const { events } = this.#room.history;
		for (; this.#read < events.length; this.#read++) {
			const event = events[this.#read];
			if (event?.kind === 'acknowledged') this.#newest = Math.max(this.#newest, event.n ?? 0);
		}
		return this.#newest;
	}
}
