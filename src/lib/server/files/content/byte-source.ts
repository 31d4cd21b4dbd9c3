import { open, type FileHandle } from 'node:fs/promises';

const WINDOW = 65_536;

/** Reads a file here and there, through one window that is kept: parsers of headers take a few bytes at a time. */
export class ByteSource {
	readonly size: number;
	readonly #read: (buffer: Buffer, position: number) => Promise<number>;
	#window = Buffer.alloc(0);
	#from = 0;

	constructor(size: number, read: (buffer: Buffer, position: number) => Promise<number>) {
		this.size = size;
		this.#read = read;
	}

	/** Up to `length` bytes, fewer at the end. The view is valid until the next call. */
	async at(position: number, length: number): Promise<Buffer> {
		const end = Math.min(position + length, this.size);
		if (position >= end) return Buffer.alloc(0);
		if (position < this.#from || end > this.#from + this.#window.length) {
			const window = Buffer.allocUnsafe(Math.min(Math.max(WINDOW, length), this.size - position));
			const count = await this.#read(window, position);
			this.#window = window.subarray(0, count);
			this.#from = position;
		}
		return this.#window.subarray(position - this.#from, end - this.#from);
	}

	static of(bytes: Buffer): ByteSource {
		return new ByteSource(bytes.length, (buffer, position) =>
			Promise.resolve(bytes.copy(buffer, 0, position, position + buffer.length))
		);
	}
}

export async function withFile<Result>(path: string, act: (source: ByteSource) => Promise<Result>): Promise<Result> {
	const file: FileHandle = await open(path, 'r');
	try {
		const { size } = await file.stat();
		return await act(
			new ByteSource(size, async (buffer, position) => (await file.read(buffer, 0, buffer.length, position)).bytesRead)
		);
	} finally {
		await file.close();
	}
}
