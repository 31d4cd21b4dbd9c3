import { isChange } from '$lib/chat/notification.ts';
import type { ChangeReceipt } from '$lib/live/MyChanges.svelte.ts';
import { postAction } from '../../action.ts';

const NOT_REACHED = 'Parley could not be reached. Try again in a moment.';

/** Posts to the page's own form action, as the form would without a script. */
export async function postChange(action: string, fields: Record<string, string>): Promise<ChangeReceipt> {
	try {
		const answer = await postAction(action, fields);
		if (answer.type === 'success' && isChange(answer.data?.changed)) return { change: answer.data.changed };
		const refused = answer.type === 'failure' ? (answer.data?.change as { error?: string } | undefined) : undefined;
		return { reason: refused?.error ?? NOT_REACHED };
	} catch {
		return { reason: NOT_REACHED };
	}
}
