/** What a page needs when somebody first wants to change a message; it is loaded then, and a permalink brings it along. */
import type { ShownMessage } from '$lib/chat/shown.ts';
import { MyChanges } from '$lib/live/MyChanges.svelte.ts';
import type { RoomListFeed } from '$lib/live/RoomListFeed.svelte.ts';
import type { Timeline } from '$lib/live/Timeline.svelte.ts';
import { postChange, postUnread } from './change.ts';
import MyMessage from './MyMessage.svelte';

export function begin(timeline: Timeline, room: string, list: RoomListFeed, id: string) {
	const mine = new MyChanges({
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
	return { mine, MyMessage, astray, unread };
}

/** The store is away, and with it the message: what was typed of it has its place all the same. */
const astray = ({ n }: { n: string }): ShownMessage => ({
	n: Number(n),
	id: '',
	room: '',
	person: '',
	sender: '',
	message: '',
	timestamp: 0
});
