/** The time between two batches. Ten a second read like a stream, and leave a page that hears fifty messages a second idle. */
export const BATCH_INTERVAL_MS = 100;

/**
 * Hands on what comes in batches: the first at once, what follows within {@link BATCH_INTERVAL_MS} together. A timer, and
 * no animation frame: a page in the background has none, and must not miss anything.
 */
export class Batch<Item> {
	readonly #handOn: (items: readonly Item[]) => void;
	#waiting: Item[] = [];
	#timer: ReturnType<typeof setTimeout> | undefined;
	#handedOnAt = -BATCH_INTERVAL_MS;

	constructor(handOn: (items: readonly Item[]) => void) {
		this.#handOn = handOn;
	}

	add(item: Item): void {
		this.#waiting.push(item);
		if (this.#timer !== undefined) return;
		const wait = this.#handedOnAt + BATCH_INTERVAL_MS - performance.now();
		if (wait <= 0) this.flush();
		else this.#timer = setTimeout(() => this.flush(), wait);
	}

	/** Hands on at once what waits. */
	flush(): void {
		this.#stopTimer();
		const items = this.#waiting;
		if (items.length === 0) return;
		this.#waiting = [];
		this.#handedOnAt = performance.now();
		this.#handOn(items);
	}

	/** Drops what waits. */
	clear(): void {
		this.#stopTimer();
		this.#waiting = [];
	}

	#stopTimer(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}
