import { isChatMessage } from '$lib/chat/messages/live-events.ts';
import type { Receipt, Unsent } from '$lib/live/composer/Outbox.svelte.ts';
import { postAction, type Answer } from './post-action.ts';

const NO_CONNECTION = 'Waiting for connection.';
const NO_STORE = 'Waiting for the store, which Parley cannot reach just now.';

export async function postMessage(
	action: string,
	{ id, day, message }: Unsent
): Promise<Receipt & { status?: number }> {
	try {
		return receipt(await postAction(action, { message, sendId: id, day }, { keepalive: true }));
	} catch {
		return { kind: 'unreached', reason: NO_CONNECTION };
	}
}

function receipt(answer: Answer): Receipt & { status?: number } {
	if (answer.type === 'success' && isChatMessage(answer.data?.sent)) return { kind: 'sent', message: answer.data.sent };
	if (answer.retryAfter) return { kind: 'too-fast', seconds: answer.retryAfter };
	if (answer.type !== 'failure') return { kind: 'unreached', reason: NO_CONNECTION };
	// The store is away: the message may or may not be stored.
	if (answer.status >= 500) return { kind: 'unreached', reason: NO_STORE };
	const refused = answer.data?.send as { error?: string; sendId: string; day: string } | undefined;
	return {
		kind: 'refused',
		reason: refused?.error ?? 'The server refused it.',
		ids: refused && { id: refused.sendId, day: refused.day },
		status: answer.status
	};
}
