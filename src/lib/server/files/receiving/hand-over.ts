/** Passes chunks from one who has them to one who asks for them, one at a time, without keeping any. */
export class HandOver implements AsyncIterable<Uint8Array> {
	#next = Promise.withResolvers<Uint8Array | undefined>();
	#used = Promise.withResolvers<void>();
	#isOver = false;

	constructor() {
		// Nobody may be asking when it fails.
		this.#next.promise.catch(() => undefined);
	}

	/** Resolves once the chunk is used, or nobody takes any more. */
	async give(chunk: Uint8Array): Promise<void> {
		if (this.#isOver) return;
		this.#used = Promise.withResolvers();
		this.#next.resolve(chunk);
		await this.#used.promise;
	}

	end(): void {
		this.#next.resolve(undefined);
	}

	fail(error: unknown): void {
		this.#next.reject(error);
	}

	/** Nobody takes any more. */
	close(): void {
		this.#isOver = true;
		this.#used.resolve();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
		try {
			for (;;) {
				const chunk = await this.#next.promise;
				if (!chunk) return;
				this.#next = Promise.withResolvers();
				this.#next.promise.catch(() => undefined);
				yield chunk;
				this.#used.resolve();
			}
		} finally {
			this.close();
		}
	}
}
