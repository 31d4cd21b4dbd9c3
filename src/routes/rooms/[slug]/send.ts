import { deserialize } from '$app/forms';
import { isChatMessage } from '$lib/chat/notification.ts';
import type { Receipt, Unsent } from '$lib/live/Outbox.svelte.ts';

/** How long an answer may take, in milliseconds, before the message counts as not sent. Trying again is harmless. */
const PATIENCE = 10_000;

const NOT_REACHED = 'Parley could not be reached.';

/** Posts a message to the page's own form action, as the form would without a script. */
export async function postMessage(
	action: string,
	{ id, day, message }: Unsent
): Promise<Receipt & { status?: number }> {
	const body = new URLSearchParams({ message, sendId: id, day });
	try {
		const response = await fetch(action, {
			method: 'POST',
			body,
			headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
			// Whoever leaves the page at once has sent it all the same.
			keepalive: true,
			signal: AbortSignal.timeout(PATIENCE)
		});
		return receipt(deserialize(await response.text()));
	} catch {
		return { kind: 'unreached', reason: NOT_REACHED };
	}
}

function receipt(result: ReturnType<typeof deserialize>): Receipt & { status?: number } {
	if (result.type === 'success' && isChatMessage(result.data?.sent)) return { kind: 'sent', message: result.data.sent };
	if (result.type !== 'failure') return { kind: 'unreached', reason: NOT_REACHED };
	const refused = (result.data as { send?: { error?: string } } | undefined)?.send;
	// The store is away: whether it was stored, nobody knows.
	if (result.status >= 500) return { kind: 'unreached', reason: refused?.error ?? NOT_REACHED };
	return {
		kind: 'refused',
		reason: refused?.error ?? NOT_REACHED,
		newId: result.status === 409 || result.status === 400,
		status: result.status
	};
}
