/** Woken readers ask for the list at once, so list and mentions come first. A deletion in between wins over a late write of a text. */
import { askLater } from '../../../hpkv/clients/asker.ts';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Change } from '../../chat/messages/change.ts';
import type { ChatMessage, Mentioned } from '../../chat/messages/message.ts';
import { tombstone, type ShownMessage } from '../../chat/messages/message-view.ts';
import { preview } from '../../chat/rooms/preview.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Events } from '../events.ts';
import { readHearing } from '../rooms/epochs.ts';
import { isDeleted } from './annotations.ts';
import { eraseEarlierEdits, readEdited, readTexts } from './edits.ts';
import type { Present } from './group-mentions.ts';
import { moveMentions, noteMentions } from './mentions.ts';
import { blankPreview, refreshPreview } from './preview.ts';

/**
 * @param mayCarryText whether a live event of an open room may hold its text. A store that cannot drop holders goes on telling a blocked person:
 * where not everybody may read, it tells a constant, and readers ask. Of a private room, such a store never carries text.
 * @param present the people who have a page open, for `@here`
 */
export function subscribeMessages(
	events: Events,
	store: Hpkv,
	mayCarryText: () => Promise<boolean>,
	present: Present = () => []
): void {
	fileMentions(events, store, present);
	keepPreview(events, store);
	wakeReaders(events, store, mayCarryText);
}

/** Before the answer: if the process dies before the mentions are stored, the client repeats the send, and the repeated send stores them. */
function fileMentions(events: Events, store: Hpkv, present: Present): void {
	const moveAllMentions = (message: ChatMessage): Promise<Mentioned[] | undefined> =>
		moveMentions(store, message, () => readTexts(store, message), present);
	events.on('messagePosted', 'before-answer', async ({ message, repeated }) => {
		if (!repeated) {
			const allowed = await noteMentions(store, message, present);
			if (!allowed) return { message };
			return { message: { ...message, mentions: allowed.mentioned }, unnotified: allowed.unnotified };
		}
		// A retried message may have been edited since: readers must not receive the earlier text.
		const mentions = message.message.includes('@') ? await moveAllMentions(message) : undefined;
		const newest = await readEdited(store, message);
		return { message: mentions ? { ...newest, mentions } : newest };
	});
	events.on('messageChanged', 'before-answer', async ({ change, edited }) => {
		if (!edited || change.kind !== 'edit') return undefined;
		const mentions = await moveAllMentions(edited);
		// Afterwards, because earlier texts tell who was mentioned.
		await eraseEarlierEdits(store, edited.room, edited.n);
		return { change: mentions ? { ...change, mentions } : change };
	});
}

/** The preview of a new message is written by {@link wakeReaders}, whose check for a deletion is after both writes. */
function keepPreview(events: Events, store: Hpkv): void {
	events.on('messageChanged', 'before-answer', async ({ change, edited }) => {
		if (!edited || change.kind !== 'edit' || change.message === undefined) return;
		await refreshPreview(store, { ...edited, message: change.message });
	});
}

/** Behind the answer: a reader who misses the live event gets the entry from `/since`. */
function wakeReaders(events: Events, store: Hpkv, mayCarryText: () => Promise<boolean>): void {
	const setLive = async (room: string, entry: ShownMessage | Change) => {
		const hearing = await readHearing(store, room);
		if (!hearing) return;
		const isOpen = hearing.kind === 'open';
		// Nothing of messages that somebody who hears the room may not read.
		const carriesText = isOpen ? await mayCarryText() : store.dropsHolders && entry.n >= (hearing.first ?? 1);
		await store.set(keys.live(room, hearing.epoch), carriesText ? liveValue(store, entry) : WAKE);
	};
	events.on('messagePosted', 'behind', async ({ message, repeated }) => {
		const { room, n } = message;
		const wake = setLive(room, message);
		// A repeated send may be old and must not become the preview again.
		const show = repeated || askLater(() => store.set(keys.last(room), JSON.stringify(preview(message))));
		await Promise.all([wake, show]);
		if (message.deleted || !(await askLater(() => isDeleted(store, room, n)))) return;
		await store.set(keys.message(room, n), JSON.stringify(tombstone(message)));
		await setLive(room, tombstone(message));
		await blankPreview(store, room, n);
	});
	events.on('messageChanged', 'behind', async ({ room, change }) => {
		await setLive(room, change);
		if (change.kind !== 'edit' || !(await isDeleted(store, room, change.n))) return;
		const blank: Change = { kind: 'delete', m: change.m, n: change.n, timestamp: change.timestamp };
		await setLive(room, blank);
	});
}

/** Omits the mentions if they exceed the value size: readers also get them with the message. */
function liveValue(store: Hpkv, entry: ShownMessage | Change): string {
	const payload = JSON.stringify(entry);
	const fits = Buffer.byteLength(payload) <= store.maxValueBytes;
	return fits ? payload : JSON.stringify({ ...entry, mentions: undefined });
}
