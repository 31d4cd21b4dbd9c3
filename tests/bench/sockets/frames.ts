/** The reader of a WebSocket's frames as a server sends them: whole messages, unmasked. Made to be cheap, not complete. */

/** RFC 6455, section 5.2. */
export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** A frame of more bytes is gathered in a buffer of its own. */
const LONG = 16 * 1024;

/** One frame: its payload is `bytes` from `from` to `to`, to be read before this returns. */
export type Heard = (bytes: Buffer, from: number, to: number, opcode: number) => void;

export class FrameReader {
	readonly #heard: Heard;
	/** The beginning of a frame whose end has not come. */
	#rest: Buffer | undefined;
	/** A frame that is being gathered into a buffer of its size: joined chunk by chunk, a long one is copied many times. */
	#long: { frame: Buffer; filled: number } | undefined;

	constructor(heard: Heard) {
		this.#heard = heard;
	}

	/** `chunk` may be used for something else afterwards. */
	read(chunk: Buffer): void {
		let bytes = this.#long ? this.#fill(this.#long, chunk) : chunk;
		if (this.#rest) {
			bytes = Buffer.concat([this.#rest, bytes]);
			this.#rest = undefined;
		}
		let at = 0;
		while (at + 2 <= bytes.length) {
			let from = at + 2;
			let length = bytes[at + 1]!;
			if (length === 126) {
				from += 2;
				if (from > bytes.length) break;
				length = bytes.readUInt16BE(at + 2);
			} else if (length === 127) {
				from += 8;
				if (from > bytes.length) break;
				length = bytes.readUIntBE(at + 4, 6);
			}
			const to = from + length;
			if (to > bytes.length) {
				if (to - at <= LONG) break;
				this.#long = { frame: Buffer.allocUnsafe(to - at), filled: 0 };
				this.#fill(this.#long, bytes.subarray(at));
				return;
			}
			this.#heard(bytes, from, to, bytes[at]! & 15);
			at = to;
		}
		if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
	}

	/** What is left of the chunk when the long frame is whole. */
	#fill(long: { frame: Buffer; filled: number }, chunk: Buffer): Buffer {
		const { frame } = long;
		const taken = chunk.copy(frame, long.filled);
		long.filled += taken;
		if (long.filled === frame.length) {
			this.#long = undefined;
			this.#heard(frame, frame[1] === 127 ? 10 : 4, frame.length, frame[0]! & 15);
		}
		return chunk.subarray(taken);
	}
}

/** A frame as a client sends it; masked with zeros, which leaves the payload as it is and the server's work the same. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
	const { length } = payload;
	const extra = length > 65_535 ? 8 : length > 125 ? 2 : 0;
	const head = Buffer.alloc(6 + extra);
	head[0] = 0x80 | opcode;
	head[1] = 0x80 | (extra === 8 ? 127 : extra === 2 ? 126 : length);
	if (extra === 8) head.writeUIntBE(length, 4, 6);
	if (extra === 2) head.writeUInt16BE(length, 2);
	return Buffer.concat([head, payload]);
}
