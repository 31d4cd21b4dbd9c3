/** What a page needs when somebody first wants to change a message; it is loaded then, and a permalink brings it along. */
import type { ShownMessage } from '$lib/chat/messages/message-view.ts';
import { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomListSync } from '$lib/live/rooms/RoomListSync.svelte.ts';
import type { Timeline } from '$lib/live/timeline/Timeline.svelte.ts';
import { postChange, postUnread } from '$lib/live/api/change.ts';
import MessageMenuHost from './MessageMenuHost.svelte';

export function begin(timeline: Timeline, room: string, list: RoomListSync, id: string) {
	const mine = new PendingChanges({
		post: (kind, fields) => postChange(`${room}?/${kind}`, fields),
		onchange: (change) => timeline.hear(change)
	});
	/** At once here: what is still on screen must not be marked read again meanwhile. */
	async function unread(n: number): Promise<string | undefined> {
		const before = list.mark(id);
		const mark = { n: n - 1, back: true, at: performance.now() };
		list.setMark(id, mark);
		// A mark on its way would undo it.
		await list.marking.catch(() => undefined);
		const refusal = await postUnread(`${room}?/unread`, n);
		if (refusal && before && list.mark(id) === mark) list.setMark(id, before);
		return refusal;
	}
	return { mine, MessageMenuHost, placeholderMessage, unread };
}

/** The store is away, and with it the message: what was typed of it has its place all the same. */
const placeholderMessage = ({ n }: { n: string }): ShownMessage => ({
	n: Number(n),
	id: '',
	room: '',
	person: '',
	sender: '',
	message: '',
	timestamp: 0
});
