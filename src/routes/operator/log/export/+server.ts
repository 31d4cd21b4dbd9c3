/** Downloads the operators' log. Rights are asked again while it is sent. */
import { error } from '@sveltejs/kit';
import { tooFast } from '$lib/chat/text/error-texts.ts';
import { may } from '$lib/chat/people/permissions.ts';
import { csvHead, csvLine, exportAudit } from '$lib/server/moderation/audit.ts';
import { authorize } from '$lib/server/people/sessions.ts';
import { wait } from '$lib/server/runtime/forms.ts';
import { store, throttle } from '$lib/server/services.ts';
import type { RequestHandler } from './$types';
import { nothingHere } from '../../operator.server.ts';

const ASK_AGAIN_MS = 5_000;

const FORMATS = {
	csv: { type: 'text/csv; charset=utf-8', head: csvHead(), line: csvLine },
	jsonl: { type: 'application/jsonl; charset=utf-8', head: '', line: (line: object) => `${JSON.stringify(line)}\n` }
};

export const GET: RequestHandler = async (event) => {
	const { url, locals } = event;
	const session = (await locals.visitor.session()) ?? nothingHere();
	const seconds = throttle.operatorAct(session.person);
	if (seconds > 0) error(429, { message: tooFast(seconds), ...wait(event, seconds) });
	const as = url.searchParams.get('as') === 'csv' ? 'csv' : 'jsonl';
	const { type, head, line } = FORMATS[as];
	const entries = exportAudit(store);
	let askedAt = performance.now();
	const body = new ReadableStream<Uint8Array>({
		start: (stream) => stream.enqueue(Buffer.from(head)),
		async pull(stream) {
			const next = await entries.next();
			if (performance.now() - askedAt > ASK_AGAIN_MS) {
				const still = await authorize(store, session);
				if (!may(still && { id: still.person, role: still.role }, 'operate place', undefined)) return stream.close();
				askedAt = performance.now();
			}
			if (next.done) stream.close();
			else stream.enqueue(Buffer.from(next.value.map(line).join('')));
		},
		cancel: () => void entries.return(undefined)
	});
	return new Response(body, {
		headers: { 'content-type': type, 'content-disposition': `attachment; filename="parley-log.${as}"` }
	});
};
