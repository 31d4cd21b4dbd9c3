/** Finds where each answer of a kept-alive HTTP/1.1 connection ends, in whatever pieces it comes. */

export interface Answered {
	status: number;
	/** Bytes of the body, without what frames its chunks. */
	length: number;
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const END_OF_LINE = Buffer.from('\r\n');

export class AnswerReader {
	readonly #answered: (answer: Answered) => void;
	/** What is left of a head or of a chunk's size, whose rest is still to come. */
	#rest: Buffer = Buffer.alloc(0);
	#status: number | undefined;
	#length = 0;
	/** Bytes that are still to come of the body, or of the chunk and the line end after it. */
	#left = 0;
	#chunked = false;

	constructor(answered: (answer: Answered) => void) {
		this.#answered = answered;
	}

	read(chunk: Buffer): void {
		let bytes = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
		while (bytes.length > 0) {
			const taken = this.#step(bytes);
			if (taken === 0) break;
			bytes = bytes.subarray(taken);
		}
		this.#rest = bytes;
	}

	/** @returns how many bytes are done with; none, where more of them must come first */
	#step(bytes: Buffer): number {
		if (this.#status === undefined) return this.#head(bytes);
		if (this.#left > 0) {
			const taken = Math.min(this.#left, bytes.length);
			this.#left -= taken;
			if (this.#left === 0 && !this.#chunked) this.#end();
			return taken;
		}
		const end = bytes.indexOf(END_OF_LINE);
		if (end < 0) return 0;
		const size = parseInt(bytes.toString('latin1', 0, end), 16);
		if (Number.isNaN(size)) throw new Error('A chunk without a size');
		if (size > 0) {
			this.#length += size;
			this.#left = size + END_OF_LINE.length;
			return end + END_OF_LINE.length;
		}
		// Nobody here sends trailers: an empty line follows.
		if (bytes.length < end + 2 * END_OF_LINE.length) return 0;
		this.#end();
		return end + 2 * END_OF_LINE.length;
	}

	#head(bytes: Buffer): number {
		const end = bytes.indexOf(END_OF_HEAD);
		if (end < 0) return 0;
		const head = bytes.toString('latin1', 0, end);
		this.#status = Number(head.slice(9, 12));
		this.#chunked = /^transfer-encoding: *chunked/im.test(head);
		this.#length = this.#left = this.#chunked ? 0 : Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
		if (Number.isNaN(this.#left)) throw new Error('An answer without a length');
		if (!this.#chunked && this.#left === 0) this.#end();
		return end + END_OF_HEAD.length;
	}

	#end(): void {
		const answer = { status: this.#status ?? 0, length: this.#length };
		this.#status = undefined;
		this.#answered(answer);
	}
}
