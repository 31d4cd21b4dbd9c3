/** Loaded when a reader first changes a message. A permalink loads it with the page. */
import type { ShownMessage } from '$lib/chat/messages/message-view.ts';
import { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';
import { changeMessage, markUnread } from '$lib/live/api/client.ts';
import MessageMenuHost from './MessageMenuHost.svelte';

export function begin({ timeline, path, list, id }: RoomView) {
	const mine = new PendingChanges({
		post: (kind, fields) => changeMessage(path, kind, fields),
		onchange: (change) => timeline.receiveChange(change)
	});
	/** Sets the mark here first: messages on screen must not be marked read again meanwhile. */
	async function unread(n: number): Promise<string | undefined> {
		const before = list.mark(id);
		const mark = { n: n - 1, back: true, at: performance.now() };
		list.setMark(id, mark);
		// A read mark in flight would undo the change.
		await list.marking.catch(() => undefined);
		const refusal = await markUnread(path, n);
		if (refusal && before && list.mark(id) === mark) list.setMark(id, before);
		return refusal;
	}
	return { mine, MessageMenuHost, placeholderMessage, unread };
}

/** Holds the typed text of a refused change while the store is away. */
const placeholderMessage = ({ n }: { n: string }): ShownMessage => ({
	n: Number(n),
	id: '',
	room: '',
	person: '',
	sender: '',
	message: '',
	timestamp: 0
});
