/** Applies live events to the room list. Loaded with the first live event. */
import { idOf, LIVE_ROOMS, liveList, liveReads } from '../../chat/storage/keys.ts';
import { mentionsMe } from '../../chat/markup/group-mentions.ts';
import { DIRECT_MESSAGE, LIST_CHANGED, parseEntry, type LogEntry } from '../../chat/messages/live-events.ts';
import { parseReadMark } from '../../chat/reading/parse-read-mark.ts';
import type { ReadMark } from '../../chat/reading/unread.ts';
import { preview } from '../../chat/rooms/preview.ts';
import type { RoomListSync } from './RoomListSync.svelte.ts';

/** The subscribe token allows the keys of this person and of rooms, and no others. */
export function onEvent(list: RoomListSync, key: string, value: unknown): void {
	switch (key) {
		// A token names its rooms: a new room needs a new one. The list is asked for when the new socket is live.
		case LIVE_ROOMS:
			return list.connection.renew();
		case list.me && liveList(list.me.id):
			// Neither a message nor a level needs a new token.
			return [DIRECT_MESSAGE, LIST_CHANGED].includes(String(value)) ? void list.ask() : list.connection.renew();
		case list.me && liveReads(list.me.id):
			return onReadMark(list, parseReadMark(value));
		default:
			return onEntry(list, idOf(key), parseEntry(value));
	}
}

function onReadMark(list: RoomListSync, mark: ReadMark | undefined): void {
	if (!mark) return;
	const { room, n, back } = mark;
	if (back || n >= (list.mark(room)?.n ?? 0)) list.setMark(room, { n, back, at: performance.now() });
	// Only the server knows which messages that are unread again mention this person.
	if (back) void list.ask();
}

function onEntry(list: RoomListSync, room: string, entry: LogEntry | undefined): void {
	if (entry?.kind === 'message') {
		const { message } = entry;
		list.setLast(room, preview(message));
		const { me } = list;
		if (me && message.person !== me.id && mentionsMe(message, me)) void list.ask();
	}
	// The row's preview may be edited or deleted.
	if (entry?.kind === 'change' && entry.change.kind !== 'react') void list.ask();
}
