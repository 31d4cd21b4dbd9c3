import { dataReader } from './data-reader.ts';

/** A post may be repeated after the timeout: the server is idempotent. */
const POST_TIMEOUT_MS = 10_000;

export type FormAnswer =
	| { kind: 'success'; data: Record<string, unknown> }
	/** The server was not reached or did not answer: the post may have had its effect. */
	| { kind: 'noResponse' }
	| Refusal;

export interface Refusal {
	kind: 'refusal';
	status: number;
	sentence?: string;
	/** Rate limited, here or by a hosted store: when the same post may be repeated. */
	retryAfterSeconds?: number;
	/** The fields of the form, returned with what the person typed. */
	form: Record<string, unknown>;
}

/** Posts to a form action. `form`: the name of the part of a refusal that belongs to this form. */
export async function postForm(
	action: string,
	fields: Record<string, string> | string[][],
	form: 'send' | 'change' | 'join' | 'star',
	init: RequestInit = {}
): Promise<FormAnswer> {
	try {
		// Comes while the first form is answered.
		const reading = dataReader();
		const response = await fetch(action, {
			...init,
			method: 'POST',
			body: new URLSearchParams(fields),
			headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
			signal: AbortSignal.timeout(POST_TIMEOUT_MS)
		});
		const text = await response.text();
		const part = await reading;
		if (!part) return { kind: 'noResponse' };
		const result = deserialize(text, part.parse);
		if (result.type === 'error') return { kind: 'noResponse' };
		if (result.type !== 'failure') return { kind: 'success', data: (result.type === 'success' && result.data) || {} };
		const { status, data } = result;
		const refused = data?.[form] ?? {};
		return {
			kind: 'refusal',
			status,
			sentence: (refused.error ?? data?.error) as string | undefined,
			retryAfterSeconds: Number(response.headers.get('retry-after')) || (status === 429 ? 1 : undefined),
			form: refused
		};
	} catch {
		return { kind: 'noResponse' };
	}
}

/** SvelteKit's `ActionResult`, where each part of a failure is named after its form. */
type ActionResult =
	| { type: 'success'; data?: Record<string, unknown> }
	| { type: 'failure'; status: number; data?: Record<string, Record<string, unknown>> }
	| { type: 'redirect' | 'error' };

/** `deserialize` of `$app/forms` would cost every room 0.55 kB of gzip: it shares a module with `enhance`. */
function deserialize(text: string, parse: (data: string) => unknown): ActionResult {
	const result = JSON.parse(text) as { data?: string };
	return { ...result, data: result.data && parse(result.data) } as ActionResult;
}
