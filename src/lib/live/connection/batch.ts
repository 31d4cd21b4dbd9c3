/** Ten batches a second look like a stream, and leave a page that receives fifty messages a second idle. */
export const BATCH_INTERVAL_MS = 100;

/** Delivers the first item at once, those of the next interval together. By a timer: a background page has no animation frames. */
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

	flush(): void {
		this.#stopTimer();
		const items = this.#waiting;
		if (items.length === 0) return;
		this.#waiting = [];
		this.#handedOnAt = performance.now();
		this.#handOn(items);
	}

	clear(): void {
		this.#stopTimer();
		this.#waiting = [];
	}

	#stopTimer(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;
	}
}
