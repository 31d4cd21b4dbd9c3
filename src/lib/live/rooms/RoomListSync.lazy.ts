/** Applies live events to the room list. Loaded with the first live event. */
import { idOf, LIVE_ROOMS, liveReads } from '../../chat/storage/keys.ts';
import { mentions } from '../../chat/markup/mention.ts';
import { readLive, readMark } from '../../chat/messages/live-events.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { RoomListSync } from './RoomListSync.svelte.ts';

export function hear(list: RoomListSync, key: string, value: string): void {
	const { me } = list;
	// A token names its rooms: a new room needs a new one. The list is asked for when the new socket is live.
	if (key === LIVE_ROOMS) return list.connection.renew();
	if (me && key === liveReads(me.id)) {
		const mark = readMark(value);
		if (!mark) return;
		const { room, n, back } = mark;
		if (back || n >= (list.mark(room)?.n ?? 0)) list.setMark(room, { n, back, at: performance.now() });
		// Only the server knows which messages that are unread again mention this person.
		if (back) void list.ask();
		return;
	}
	const live = readLive(value);
	if (live.kind === 'message') {
		const { message } = live;
		list.setLast(idOf(key), preview(message));
		if (me && message.person !== me.id && mentions(message.message, me.name)) void list.ask();
	}
	// The row's preview may be edited or deleted.
	if (live.kind === 'change' && live.change.kind !== 'react') void list.ask();
}
