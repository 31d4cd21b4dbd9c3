import { parse } from 'devalue';

/** How long an answer may take, in milliseconds. What is posted here may be posted again: twice is once. */
const ANSWER_TIMEOUT_MS = 10_000;

/** What a form action made of it: its value, its refusal with a status, or something that no page expects. */
export type Answer = (
	| { type: 'success'; data?: Record<string, unknown> }
	| { type: 'failure'; status: number; data?: Record<string, unknown> }
	| { type: 'redirect' | 'error' }
) & {
	/** Too many were posted at once: this one may be posted again after so many seconds. */
	retryAfter?: number;
};

/**
 * Posts to a form action as the form would, and takes the answer as data. Throws when the server cannot be reached.
 *
 * SvelteKit's own way is `deserialize` of `$app/forms`; in one module with `enhance`, it brings a kilobyte to every room.
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
