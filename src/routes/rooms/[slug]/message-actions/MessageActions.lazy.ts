/** Loaded when a reader first changes a message. A permalink loads it with the page. */
import { replyTo } from '$lib/chat/composer/reply.ts';
import { QUICK_EMOJI } from '$lib/chat/messages/reaction.ts';
import type { ShownMessage } from '$lib/chat/messages/message-view.ts';
import { PendingChanges } from '$lib/live/timeline/PendingChanges.svelte.ts';
import type { RoomView } from '$lib/live/room-view/RoomView.svelte.ts';
import { changeMessage, markUnread } from '$lib/live/api/client.lazy.ts';
import { noteEmoji, recentEmoji } from '$lib/ui/emoji/emoji-choices.ts';
import MessageToolbar from '$lib/ui/messages/menu/MessageToolbar.svelte';
import MessageMenuHost from './MessageMenuHost.svelte';

/** How many emoji the toolbar offers: those used last, then the usual ones. */
const OFFERED = 3;

export function begin(view: RoomView, onmenu: (n: number) => Promise<void>) {
	const { timeline, path, list, id, composer } = view;
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
	function react(n: number, emoji: string, on: boolean) {
		if (on) noteEmoji(emoji);
		void mine.react({ n, emoji, on });
	}
	const reply = (message: ShownMessage) => composer.answer(replyTo(message));
	const toolbar = {
		message: (n: number) => (view.me ? mine.shown(view.messages, view.me) : []).find((message) => message.n === n),
		emoji: () => [...new Set([...recentEmoji(), ...QUICK_EMOJI])].slice(0, OFFERED),
		onreact: ({ n }: ShownMessage, emoji: string, on: boolean) => react(n, emoji, on),
		onmenu
	};
	return { mine, MessageMenuHost, MessageToolbar, toolbar, placeholderMessage, unread, react, reply };
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
