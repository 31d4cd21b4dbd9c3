/** Requests of a room's page for changes and other pages of messages: loaded with what makes them. See client.ts. */
import { isChange } from '../../chat/messages/live-events.ts';
import type { ChangeReceipt } from '../timeline/PendingChanges.svelte.ts';
import type { OpenedPage } from '../timeline/timeline-merge.ts';
import { postForm, type FormAnswer } from './form-post.ts';
import { loadJson } from './load-json.ts';

const NOT_REACHED = 'Can’t connect. Try again in a moment.';

export async function changeMessage(
	room: string,
	kind: 'edit' | 'delete' | 'react',
	fields: Record<string, string>
): Promise<ChangeReceipt> {
	const answer = await postForm(`${room}?/${kind}`, fields, 'change');
	if (answer.kind === 'success' && isChange(answer.data.changed)) return { change: answer.data.changed };
	return { reason: reasonOf(answer) };
}

/** Marks message `n` and all later messages unread. @returns a refusal */
export async function markUnread(room: string, n: number): Promise<string | undefined> {
	const answer = await postForm(`${room}?/unread`, { n: String(n) }, 'change');
	return answer.kind === 'success' ? undefined : reasonOf(answer);
}

const reasonOf = (answer: FormAnswer) => (answer.kind === 'refusal' && answer.sentence) || NOT_REACHED;

/** Loads a page of the room: `before=51`, `after=100`, `around=75`, or the newest. */
export const loadMessages = (room: string, place: string) => loadJson<OpenedPage>(`${room}/messages?${place}`);
