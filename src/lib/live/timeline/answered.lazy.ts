/** Loads the cards of replies that came live and answer a message that is not on the page. */
import { MAX_ANSWERED_LOOKUPS } from '../../chat/limits.ts';
import type { Answered } from '../../chat/messages/answered.ts';
import type { Timeline } from './Timeline.svelte.ts';
import type { TimelineState } from './timeline-merge.ts';

type Cards = Readonly<Record<number, Answered>>;

/** In milliseconds. Random, because a thousand readers receive the same reply. */
const delayMs = () => 50 + Math.random() * 500;
/** Most times that a card is asked for again because something changed meanwhile. */
const REPEATS = 3;

/** One question at a time, of at most MAX_ANSWERED_LOOKUPS messages. A question that fails is asked again with the next message. */
export class CardLoader {
	readonly #timeline: Pick<Timeline, 'held' | 'turn' | 'cursor'>;
	readonly #load: (numbers: readonly number[]) => Promise<Cards>;
	#asking = false;

	constructor(
		timeline: Pick<Timeline, 'held' | 'turn' | 'cursor'>,
		load: (numbers: readonly number[]) => Promise<Cards>
	) {
		this.#timeline = timeline;
		this.#load = load;
	}

	async loadMissing(): Promise<void> {
		if (this.#asking) return;
		this.#asking = true;
		try {
			await new Promise((over) => setTimeout(over, delayMs()));
			for (let numbers; (numbers = missing(this.#timeline.held)).length > 0;) {
				const cards = await this.#ask(numbers);
				this.#timeline.turn((held) => withLoaded(held, cards));
			}
		} catch {
			// The card leads to its message all the same.
		} finally {
			this.#asking = false;
		}
	}

	async #ask(numbers: readonly number[]): Promise<Cards> {
		for (let tries = 1; ; tries++) {
			const { change } = this.#timeline.cursor;
			const cards = await this.#load(numbers);
			if (this.#timeline.cursor.change === change || tries === REPEATS) return { ...unknown(numbers), ...cards };
		}
	}
}

const isMissing = ({ re, answered }: { re?: number; answered?: Answered }) => re !== undefined && !answered;

const missing = ({ messages }: TimelineState): number[] =>
	[...new Set(messages.filter(isMissing).map(({ re = 0 }) => re))].slice(0, MAX_ANSWERED_LOOKUPS);

/** For numbers that an answer leaves out, so that the questions end. */
const unknown = (numbers: readonly number[]): Cards => Object.fromEntries(numbers.map((n) => [n, { text: '' }]));

const withLoaded = (held: TimelineState, cards: Cards): TimelineState => ({
	...held,
	messages: held.messages.map((message) => {
		const answered = isMissing(message) ? cards[message.re ?? 0] : undefined;
		return answered ? { ...message, answered } : message;
	})
});
