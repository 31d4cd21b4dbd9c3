/**
 * The bytes of a request, chunk by chunk. The memory of a chunk is freed when the next one is asked for. The garbage collector
 * would free it later: it counts memory outside its heap only from 64 MB on, and twenty uploads at once took a hundred.
 */
import type { Readable } from 'node:stream';

/** A chunk must not be used any more once the next is asked for. Leaves the request open where it is not read to its end. */
export async function* requestBytes(req: Readable): AsyncGenerator<Buffer, void, undefined> {
	const arrived: Buffer[] = [];
	let state: 'open' | 'ended' | { error: Error } = 'open';
	let wake = () => undefined as void;
	// Not `read()`, nor the iterator that uses it: they join what has arrived meanwhile in a buffer of its own.
	const take = (chunk: Buffer) => {
		arrived.push(chunk);
		req.pause();
		wake();
	};
	const end = () => {
		state = 'ended';
		wake();
	};
	const fail = (error: Error) => {
		if (state === 'open') state = { error };
		wake();
	};
	const cut = () => fail(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
	req.on('data', take).once('end', end).once('close', cut);
	// Stays: an error that nobody hears ends the process.
	req.on('error', fail);
	if (req.readableEnded) end();
	else if (req.destroyed) cut();
	try {
		for (;;) {
			const chunk = arrived.shift();
			if (chunk) {
				yield chunk;
				free(chunk);
				continue;
			}
			const now = state as 'open' | 'ended' | { error: Error };
			if (now === 'ended') return;
			if (now !== 'open') throw now.error;
			const woken = new Promise<void>((resolve) => (wake = resolve));
			req.resume();
			await woken;
		}
	} finally {
		req.off('data', take).off('end', end).off('close', cut).pause();
	}
}

function free({ buffer, byteLength }: Buffer): void {
	// Of a part of a larger buffer, the rest may be in use.
	if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
