import { isChange } from '$lib/chat/messages/live-events.ts';
import type { ChangeReceipt } from '$lib/live/timeline/PendingChanges.svelte.ts';
import { postAction, type Answer } from './post-action.ts';

const NOT_REACHED = 'Parley could not be reached. Try again in a moment.';

/** Marks a message and all later messages unread. @returns the refusal */
export async function postUnread(action: string, n: number): Promise<string | undefined> {
	try {
		const answer = await postAction(action, { n: String(n) });
		return answer.type === 'success' ? undefined : refusalIn(answer);
	} catch {
		return NOT_REACHED;
	}
}

export async function postChange(action: string, fields: Record<string, string>): Promise<ChangeReceipt> {
	try {
		const answer = await postAction(action, fields);
		if (answer.type === 'success' && isChange(answer.data?.changed)) return { change: answer.data.changed };
		return { reason: refusalIn(answer) };
	} catch {
		return { reason: NOT_REACHED };
	}
}

function refusalIn(answer: Answer): string {
	const refused = answer.type === 'failure' ? (answer.data?.change as { error?: string } | undefined) : undefined;
	return refused?.error ?? NOT_REACHED;
}
