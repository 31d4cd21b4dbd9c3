/**
 * Around what sends files (sirv, in SvelteKit's adapter), which does not survive all that can become of them: an error
 * there would be nobody's, and end the process.
 */
import type { RequestListener } from 'node:http';

/** `bytes=0-99` or `bytes=100-`. Any other range may be ignored (RFC 9110, 14.2): the answer is the whole file. */
const RANGE = /^bytes=(\d{1,15})-(\d{0,15})$/;

function isSound(range: string): boolean {
	const [, first, last] = RANGE.exec(range) ?? [];
	return first !== undefined && (!last || Number(first) <= Number(last));
}

/** A part that is none is not asked for, and a file that cannot be read breaks off its own answer. */
export const filesOf =
	(answer: RequestListener): RequestListener =>
	(req, res) => {
		if (req.headers.range !== undefined && !isSound(req.headers.range)) delete req.headers.range;
		// It was there at the start: a build made since has taken its place, or there are too many open.
		res.on('pipe', (file) => file.once('error', () => res.destroy()));
		answer(req, res);
	};
