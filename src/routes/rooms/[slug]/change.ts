import { deserialize } from '$app/forms';
import { isChange } from '$lib/chat/notification.ts';
import type { ChangeReceipt } from '$lib/live/MyChanges.svelte.ts';

/** How long an answer may take, in milliseconds. Trying again is harmless: a change made twice is one. */
const PATIENCE = 10_000;

const NOT_REACHED = 'Parley could not be reached. Try again in a moment.';

/** Posts to the page's own form action, as the form would without a script. */
export async function postChange(action: string, fields: Record<string, string>): Promise<ChangeReceipt> {
	try {
		const response = await fetch(action, {
			method: 'POST',
			body: new URLSearchParams(fields),
			headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
			signal: AbortSignal.timeout(PATIENCE)
		});
		const result = deserialize(await response.text());
		if (result.type === 'success' && isChange(result.data?.changed)) return { change: result.data.changed };
		const refused = result.type === 'failure' ? (result.data?.change as { error?: string } | undefined) : undefined;
		return { reason: refused?.error ?? NOT_REACHED };
	} catch {
		return { reason: NOT_REACHED };
	}
}
