/** In milliseconds: the pause that ends a burst, and the longest wait of its first message. */
const QUIET = 1_000;
const AT_MOST = 5_000;

export class Debounce {
	readonly #callback: () => void;
	#since: number | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(callback: () => void) {
		this.#callback = callback;
	}

	more(): void {
		const now = performance.now();
		this.#since ??= now;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(
			() => {
				this.#since = undefined;
				this.#callback();
			},
			Math.min(QUIET, this.#since + AT_MOST - now)
		);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
