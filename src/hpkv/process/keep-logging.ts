import { fstatSync, writeSync } from 'node:fs';

/**
 * Keeps the process alive when its log fails: a pipe without a reader, or a full disk. Node would end the process at
 * the first failed write, and a stream to a file would stay broken after the disk has room again.
 */
export function keepLogging(): void {
	for (const [fd, stream] of [
		[1, process.stdout],
		[2, process.stderr]
	] as const) {
		stream.on('error', () => {});
		if (isFile(fd) && !stream.isTTY) stream.write = writerOf(fd);
	}
}

function isFile(fd: number): boolean {
	try {
		const kind = fstatSync(fd);
		return kind.isFile() || kind.isCharacterDevice();
	} catch {
		return false;
	}
}

/** Synchronous, as Node's own stream to a file is. */
const writerOf =
	(fd: number) =>
	(chunk: Uint8Array | string, encoding?: unknown, written?: unknown): boolean => {
		try {
			writeSync(fd, typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
		} catch {
			// This line is lost.
		}
		const done = typeof encoding === 'function' ? encoding : written;
		if (typeof done === 'function') process.nextTick(done);
		return true;
	};
