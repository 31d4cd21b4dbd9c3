/**
 * The answers of a PostgreSQL server, frame by frame (a letter for the type, then the length with itself, four bytes), so that
 * those of one type can be swallowed. https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
const HEAD = 5;

export class PostgresFrames {
	readonly #pass: (bytes: Buffer) => void;
	readonly #type: string;
	readonly #onSwallowed: () => void;
	#held = Buffer.alloc(0);

	/** @param type such as `A`, a NotificationResponse */
	constructor(pass: (bytes: Buffer) => void, type: string, onSwallowed: () => void) {
		this.#pass = pass;
		this.#type = type;
		this.#onSwallowed = onSwallowed;
	}

	take(bytes: Buffer): void {
		this.#held = Buffer.concat([this.#held, bytes]);
		while (this.#held.length >= HEAD) {
			const length = 1 + this.#held.readUInt32BE(1);
			if (this.#held.length < length) return;
			const frame = Buffer.from(this.#held.subarray(0, length));
			this.#held = this.#held.subarray(length);
			if (String.fromCharCode(frame[0] ?? 0) === this.#type) this.#onSwallowed();
			else this.#pass(frame);
		}
	}
}
