/** Passes chunks from a writer to a reader, one at a time, and keeps none. */
export class HandOver implements AsyncIterable<Uint8Array> {
	#next = Promise.withResolvers<Uint8Array | undefined>();
	#used = Promise.withResolvers<void>();
	#isOver = false;

	constructor() {
		// Nobody may be asking when it fails.
		this.#next.promise.catch(() => undefined);
	}

	/** Resolves when the reader has used the chunk, or has ended. */
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

	/** For the reader: what is given from now on is dropped. */
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
