/**
 * Pages and data, compressed on their way out as the browser asks for it; files come compressed from the build already.
 *
 * A page that is compressed can tell by its length what it says: whoever can put text of their own beside a secret and
 * watch the page being asked for, thousands of times, learns it letter by letter (BREACH). What is secret here is new in
 * each answer (the nonce, ids of forms, tokens), and no session stands in a page. The one secret that stays good, a sign-in
 * link, is shown once, on a page that says `no-transform`; that is left alone here, and by proxies that do as they are told.
 */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants } from 'node:zlib';
import compression from 'compression';

/** Written for Express, it uses what Node's own requests and responses have. */
type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/**
 * Light ones: a page of 81 kB comes to 6.6 kB for 0.4 ms of CPU, beside this thread. One step of Brotli further takes
 * 0.5 kB more off it for almost twice that. Not a byte waits for a later one: what is written is flushed.
 */
const encode = compression({
	level: 4,
	flush: constants.Z_SYNC_FLUSH,
	brotli: {
		flush: constants.BROTLI_OPERATION_FLUSH,
		params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 18 }
	},
	// A part of a file is measured in that file's own bytes.
	filter: (req, res) => res.statusCode !== 206 && compression.filter(req, res)
}) as unknown as Middleware;

/** Whatever `answer` sends is compressed, where that is asked for and worth it. */
export const compressed =
	(answer: RequestListener): RequestListener =>
	(req, res) =>
		encode(req, res, () => answer(req, res));
