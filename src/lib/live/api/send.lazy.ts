/** Sends a message. Loaded with the first sign of a person, or with a message that waits in the outbox. */
import { isChatMessage } from '../../chat/messages/live-events.ts';
import type { SentNotice } from '../../chat/text/unnotified.ts';
import type { Receipt, Unsent } from '../composer/Outbox.svelte.ts';
import { NO_CONNECTION } from './client.ts';
import { dataReader } from './data-reader.ts';
import { postForm } from './form-post.ts';

// Reads the answer; loaded while there is a connection.
void dataReader();

const NO_STORE = 'Waiting for Parley, which can’t save right now.';

/** Refused where another person than `person` is signed in, as in another tab. @param files fields that name the uploaded files */
export async function sendMessage(
	room: string,
	{ id, day, person, message, re, answered }: Unsent,
	files: string[][] = []
): Promise<Receipt> {
	const fields = { message, sendId: id, day, as: person, ...(re && { re: String(re) }) };
	const answer = await postForm(`${room}?/send`, [...Object.entries(fields), ...files], 'send', { keepalive: true });
	if (answer.kind === 'success' && isChatMessage(answer.data.sent))
		return {
			kind: 'sent',
			message: { ...answer.data.sent, answered },
			notices: answer.data.notices as SentNotice[] | undefined
		};
	if (answer.kind !== 'refusal') return { kind: 'noResponse', sentence: NO_CONNECTION };
	const { kind, status, sentence = 'Something went wrong. Try again.', retryAfterSeconds, form } = answer;
	// The store is away: the message may or may not be stored.
	if (status >= 500) return { kind: 'noResponse', sentence: NO_STORE, retryAfterSeconds };
	const { sendId, day: today, anyway } = form as { sendId?: string; day?: string; anyway?: boolean };
	const ids = sendId && today ? { id: sendId, day: today, anyway } : undefined;
	return { kind, status, sentence, retryAfterSeconds, ids };
}
