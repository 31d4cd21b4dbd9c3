/** How long a request with files may take: nobody knows yet who sends it, so it has the time of a form until that is known. */
import type { IncomingMessage } from 'node:http';
import { FORM_TIMEOUT_MS } from '../../chat/limits.ts';

const waiting = new WeakMap<IncomingMessage, NodeJS.Timeout>();

export function allowShortTime(req: IncomingMessage, ms = FORM_TIMEOUT_MS): void {
	const late = setTimeout(() => {
		if (!req.complete) req.destroy();
	}, ms);
	late.unref();
	waiting.set(req, late);
	req.once('close', () => clearTimeout(late));
}

/** Of somebody who is signed in: UPLOAD_TIMEOUT_MS. */
export const allowLongTime = (req: IncomingMessage): void => clearTimeout(waiting.get(req));
