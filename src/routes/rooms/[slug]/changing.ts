/** What a page needs when somebody first wants to change a message; it is loaded then, and a permalink brings it along. */
import type { ShownMessage } from '$lib/chat/shown.ts';
import { MyChanges } from '$lib/live/MyChanges.svelte.ts';
import type { Timeline } from '$lib/live/Timeline.svelte.ts';
import { postChange } from './change.ts';
import MyMessage from './MyMessage.svelte';

export function begin(timeline: Timeline, room: string) {
	const mine = new MyChanges({
		post: (kind, fields) => postChange(`${room}?/${kind}`, fields),
		onchange: (change) => timeline.hear(change)
	});
	return { mine, MyMessage, astray };
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
