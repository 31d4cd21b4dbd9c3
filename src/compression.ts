/**
 * Pages and data, compressed on their way out as the browser asks for it; files come compressed from the build already.
 *
 * Not a byte waits for a later one: what is written is flushed. Whether an answer is worth it is told by its first bytes,
 * so a small one goes out as it is, and its head goes out with it.
 *
 * A page that is compressed can tell by its length what it says: whoever can put text of their own beside a secret and
 * watch the page being asked for, thousands of times, learns it letter by letter (BREACH). What is secret here is new in
 * each answer (the nonce, ids of forms, tokens), and no session stands in a page. The one secret that stays good, a sign-in
 * link, is shown once, on a page that says `no-transform`; that is left alone here, and by proxies that do as they are told.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline, Writable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

const COMPRESSIBLE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript)\b|image\/svg\+xml)/;

/** Bytes. Smaller answers fit into the first packet anyway. */
const SMALL = 1_024;

/**
 * Light ones: a page of 81 kB comes to 6.6 kB for 0.4 ms of CPU, beside this thread. One step of Brotli further takes
 * 0.5 kB more off it for almost twice that.
 */
const ENCODERS = {
	br: () =>
		createBrotliCompress({
			flush: constants.BROTLI_OPERATION_FLUSH,
			params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 18 }
		}),
	gzip: () => createGzip({ flush: constants.Z_SYNC_FLUSH, level: 4 })
};
type Encoding = keyof typeof ENCODERS;
type Encoder = ReturnType<(typeof ENCODERS)[Encoding]>;

/** The best of ours that the client takes; of two it likes as much, the smaller one. */
export function negotiate(accepted: string | undefined): Encoding | undefined {
	if (!accepted) return undefined;
	const likes = new Map(
		accepted.split(',').map((each): [string, number] => {
			const [name = '', ...parameters] = each.toLowerCase().split(';');
			const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean);
			return [name.trim(), q === undefined ? 1 : Number(q)];
		})
	);
	const like = (name: Encoding) => likes.get(name) ?? likes.get('*') ?? 0;
	const [best] = (Object.keys(ENCODERS) as Encoding[]).sort((a, b) => like(b) - like(a));
	return best && like(best) > 0 ? best : undefined;
}

type Written = (error?: Error | null) => void;

/** Whatever answers `req` through `res` from here on is compressed, where that is asked for and worth it. */
export function compress(req: IncomingMessage, res: ServerResponse): void {
	const accepted = req.method === 'HEAD' ? undefined : negotiate(req.headers['accept-encoding']);
	const raw = { writeHead: res.writeHead.bind(res), write: res.write.bind(res), end: res.end.bind(res) };
	let encoder: Encoder | undefined;

	/** Goes out with the first of the body, or with the end where there is none. */
	function head(first?: Buffer): void {
		if (mayVary(res)) {
			res.setHeader('vary', withEncoding(res.getHeader('vary')));
			if (accepted && first && sizeOf(res, first) >= SMALL) encodeAs(accepted);
		}
		raw.writeHead(res.statusCode);
	}

	function encodeAs(encoding: Encoding): void {
		res.removeHeader('content-length');
		res.setHeader('content-encoding', encoding);
		// Other bytes than those that a strong tag stands for.
		const tag = res.getHeader('etag');
		if (typeof tag === 'string' && tag.startsWith('"')) res.setHeader('etag', `W/${tag}`);
		const stream = (encoder = ENCODERS[encoding]());
		const sink = new Writable({
			write: (bytes: Buffer, _, taken) => void raw.write(bytes, taken),
			final(done) {
				raw.end();
				done();
			}
		});
		pipeline(stream, sink, (error) => void (error && res.destroy()));
		res.once('close', () => stream.destroy());
		// Whoever writes the answer waits for it to drain.
		stream.on('drain', () => res.emit('drain'));
	}

	res.writeHead = (status: number, ...rest: unknown[]) => {
		res.statusCode = status;
		if (typeof rest[0] === 'string') res.statusMessage = rest[0];
		const headers = rest.at(-1);
		if (typeof headers === 'object') {
			for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value as string);
		}
		return res;
	};
	res.write = ((chunk: string | Uint8Array, ...rest: [(BufferEncoding | Written)?, Written?]) => {
		const bytes = bytesOf(chunk, rest[0]);
		if (!res.headersSent) head(bytes);
		return (encoder ?? raw).write(
			bytes,
			rest.find((each) => typeof each === 'function')
		);
	}) as typeof res.write;
	res.end = ((...all: [(string | Uint8Array | Written)?, (BufferEncoding | Written)?, Written?]) => {
		const [chunk, named] = all;
		const bytes = chunk && typeof chunk !== 'function' ? bytesOf(chunk, named) : undefined;
		const ended = all.find((each) => typeof each === 'function');
		if (ended) res.once('finish', ended);
		if (!res.headersSent) head(bytes);
		(encoder ?? raw).end(bytes);
		return res;
	}) as typeof res.end;
}

const bytesOf = (chunk: string | Uint8Array, named?: BufferEncoding | Written): Buffer =>
	typeof chunk === 'string'
		? Buffer.from(chunk, typeof named === 'string' ? named : undefined)
		: Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

/** What a whole answer has in its body; of what comes in pieces, the first. */
const sizeOf = (res: ServerResponse, first: Buffer) => Number(res.getHeader('content-length') ?? first.length);

const withEncoding = (vary: string | number | string[] | undefined) =>
	/\baccept-encoding\b/i.test(String(vary)) ? vary! : [vary ?? [], 'accept-encoding'].flat().join(', ');

/** Whether this answer could come compressed to somebody. */
function mayVary(res: ServerResponse): boolean {
	if (res.statusCode < 200 || res.statusCode === 204 || res.statusCode === 206) return false;
	if (res.hasHeader('content-encoding') || /\bno-transform\b/.test(String(res.getHeader('cache-control'))))
		return false;
	// What was not modified does not say its type again.
	return res.statusCode === 304 || COMPRESSIBLE.test(String(res.getHeader('content-type')));
}
