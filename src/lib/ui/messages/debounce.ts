/** How long it has to be quiet before a burst is over, and the longest that its first message waits; in milliseconds. */
const QUIET = 1_000;
const AT_MOST = 5_000;

/** Gathers what comes one after the other, and tells of it once. */
export class Debounce {
	readonly #tell: () => void;
	#since: number | undefined;
	#timer: ReturnType<typeof setTimeout> | undefined;

	constructor(tell: () => void) {
		this.#tell = tell;
	}

	more(): void {
		const now = performance.now();
		this.#since ??= now;
		clearTimeout(this.#timer);
		this.#timer = setTimeout(
			() => {
				this.#since = undefined;
				this.#tell();
			},
			Math.min(QUIET, this.#since + AT_MOST - now)
		);
	}

	stop(): void {
		clearTimeout(this.#timer);
	}
}
