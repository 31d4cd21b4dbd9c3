import { parse } from 'devalue';

/** A post may be repeated after a timeout: the server is idempotent. */
const ANSWER_TIMEOUT_MS = 10_000;

export type Answer = (
	| { type: 'success'; data?: Record<string, unknown> }
	| { type: 'failure'; status: number; data?: Record<string, unknown> }
	| { type: 'redirect' | 'error' }
) & {
	/** Rate limited: seconds until the same post may be repeated. */
	retryAfter?: number;
};

/**
 * Posts to a form action. Throws if the server cannot be reached. SvelteKit's `deserialize` would cost every room a
 * kilobyte: it shares a module with `enhance`.
 */
export async function postAction(
	action: string,
	fields: Record<string, string>,
	init: RequestInit = {}
): Promise<Answer> {
	const response = await fetch(action, {
		...init,
		method: 'POST',
		body: new URLSearchParams(fields),
		headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
		signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS)
	});
	const answer = (await response.json()) as { type: string; status?: number; data?: string };
	const retryAfter = answer.status === 429 ? Number(response.headers.get('retry-after')) || 1 : undefined;
	return { ...answer, data: answer.data && (parse(answer.data) as unknown), retryAfter } as Answer;
}
