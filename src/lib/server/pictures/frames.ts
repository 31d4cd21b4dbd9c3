/** What the server and the process for pictures write to each other: a line of JSON, and after it as many bytes as it says. */

/** Longer lines are not of this protocol. */
const MAX_LINE = 1_000;

export interface Job {
	/** Of the bytes behind this line. */
	size: number;
	width: number;
	height: number;
	fit: 'inside' | 'cover';
}

/** `ready` comes once, when sharp is loaded. `size` is 0 for a picture that is not to be decoded. */
export type Answer = { ready: true } | { size: number };

export const line = (value: Job | Answer) => `${JSON.stringify(value)}\n`;

/** Reads lines and bytes in turn. Each answer is undefined at the end of the stream. */
export class FrameReader {
	readonly #chunks: AsyncIterator<Buffer>;
	#rest: Buffer = Buffer.alloc(0);

	constructor(stream: AsyncIterable<Buffer>) {
		this.#chunks = stream[Symbol.asyncIterator]();
	}

	async line(): Promise<unknown> {
		for (;;) {
			const end = this.#rest.indexOf(10);
			if (end >= 0) {
				const text = this.#rest.toString('utf8', 0, end);
				this.#rest = this.#rest.subarray(end + 1);
				return JSON.parse(text);
			}
			if (this.#rest.length > MAX_LINE) throw new Error('A line of the process for pictures is too long');
			const next = await this.#chunks.next();
			if (next.done) return undefined;
			this.#rest = Buffer.concat([this.#rest, next.value]);
		}
	}

	async bytes(size: number): Promise<Buffer | undefined> {
		const bytes = Buffer.allocUnsafe(size);
		let at = this.#rest.copy(bytes);
		this.#rest = this.#rest.subarray(at);
		while (at < size) {
			const next = await this.#chunks.next();
			if (next.done) return undefined;
			const taken = next.value.copy(bytes, at);
			at += taken;
			this.#rest = next.value.subarray(taken);
		}
		return bytes;
	}
}
