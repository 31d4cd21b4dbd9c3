/**
 * The answers of a server, frame by frame where they are a WebSocket's, so that single notifications can be dropped,
 * doubled and delayed. Control frames and all else go through as they come.
 */

/** What becomes of a text frame: how long each copy of it waits, in milliseconds. `[]` drops it, `[0]` lets it through. */
export type FrameFault = (text: string) => readonly number[];

const HEAD_END = Buffer.from('\r\n\r\n');
const TEXT = 1;

export class Frames {
	readonly #pass: (bytes: Buffer) => void;
	#state: 'head' | 'frames' | 'other' = 'head';
	#held = Buffer.alloc(0);

	constructor(pass: (bytes: Buffer) => void) {
		this.#pass = pass;
	}

	take(bytes: Buffer, fault: FrameFault | undefined): void {
		if (this.#state === 'other') return this.#pass(bytes);
		this.#held = Buffer.concat([this.#held, bytes]);
		if (this.#state === 'head') {
			const end = this.#held.indexOf(HEAD_END);
			if (end < 0) return;
			const upgraded = this.#held.subarray(0, 12).toString() === 'HTTP/1.1 101';
			this.#state = upgraded ? 'frames' : 'other';
			const head = upgraded ? this.#held.subarray(0, end + HEAD_END.length) : this.#held;
			this.#pass(head);
			this.#held = this.#held.subarray(head.length);
		}
		for (let frame = this.#next(); frame; frame = this.#next()) this.#deliver(frame, fault);
	}

	/** A whole frame off the front. A server's frames are not masked. */
	#next(): { bytes: Buffer; text?: string } | undefined {
		const held = this.#held;
		const [first, second] = held;
		if (first === undefined || second === undefined) return undefined;
		const short = second & 127;
		const head = short === 126 ? 4 : short === 127 ? 10 : 2;
		if (held.length < head) return undefined;
		const length = short === 126 ? held.readUInt16BE(2) : short === 127 ? Number(held.readBigUInt64BE(2)) : short;
		if (held.length < head + length) return undefined;
		this.#held = held.subarray(head + length);
		const bytes = held.subarray(0, head + length);
		return { bytes, ...((first & 15) === TEXT && { text: bytes.subarray(head).toString() }) };
	}

	#deliver({ bytes, text }: { bytes: Buffer; text?: string }, fault: FrameFault | undefined): void {
		if (!fault || text === undefined) return this.#pass(bytes);
		const copy = Buffer.from(bytes);
		for (const wait of fault(text)) {
			if (wait === 0) this.#pass(copy);
			else setTimeout(() => this.#pass(copy), wait).unref();
		}
	}
}
