/** What the list of rooms makes of a push. A page loads this with the first one. */
import { idOf, LIVE_ROOMS, liveReads } from '../../chat/storage/keys.ts';
import { mentions } from '../../chat/markup/mention.ts';
import { readLive, readMark } from '../../chat/messages/live-events.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { RoomListSync } from './RoomListSync.svelte.ts';

export function hear(list: RoomListSync, key: string, value: string): void {
	const { me } = list;
	// The token names the rooms it hears: a new room needs a new one, and whoever is live again asks.
	if (key === LIVE_ROOMS) return list.connection.renew();
	if (me && key === liveReads(me.id)) {
		const mark = readMark(value);
		if (!mark) return;
		const { room, n, back } = mark;
		if (back || n >= (list.mark(room)?.n ?? 0)) list.setMark(room, { n, back, at: performance.now() });
		// Which of those that had been read mention me, the server knows.
		if (back) void list.ask();
		return;
	}
	const live = readLive(value);
	if (live.kind === 'message') {
		const { message } = live;
		list.setLast(idOf(key), preview(message));
		// How many mentions of mine are unread, the server counts.
		if (me && message.person !== me.id && mentions(message.message, me.name)) void list.ask();
	}
	// What a row shows may be gone, or say something else: the list knows.
	if (live.kind === 'change' && live.change.kind !== 'react') void list.ask();
}
