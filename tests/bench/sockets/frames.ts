/** The reader of a WebSocket's frames as a server sends them: whole messages, unmasked. Made to be cheap, not complete. */

/** RFC 6455, section 5.2. */
export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One frame: its payload is `bytes` from `from` to `to`, to be read before this returns. */
export type Heard = (bytes: Buffer, from: number, to: number, opcode: number) => void;

export class FrameReader {
	readonly #heard: Heard;
	/** The beginning of a frame whose end has not come. */
	#rest: Buffer | undefined;

	constructor(heard: Heard) {
		this.#heard = heard;
	}

	/** `chunk` may be used for something else afterwards. */
	read(chunk: Buffer): void {
		const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
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
			if (to > bytes.length) break;
			this.#heard(bytes, from, to, bytes[at]! & 15);
			at = to;
		}
		this.#rest = at < bytes.length ? Buffer.from(bytes.subarray(at)) : undefined;
	}
}

/** A frame as a client sends it; masked with zeros, which leaves the payload as it is and the server's work the same. */
export function clientFrame(opcode: number, payload: Buffer): Buffer {
	const extended = payload.length > 125;
	const head = Buffer.alloc(extended ? 8 : 6);
	head[0] = 0x80 | opcode;
	head[1] = 0x80 | (extended ? 126 : payload.length);
	if (extended) head.writeUInt16BE(payload.length, 2);
	return Buffer.concat([head, payload]);
}
