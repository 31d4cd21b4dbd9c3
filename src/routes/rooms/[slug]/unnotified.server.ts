/** What the sender of a message is told of mentions that notified nobody: with the answer, or on the page that follows. */
import { resolve } from '$app/paths';
import type { SignedIn } from '$lib/chat/people/person.ts';
import { unnotifiedNotices, type SentNotice } from '$lib/chat/text/unnotified.ts';
import { isMessage, readShown } from '$lib/server/messages/annotations.ts';
import { allowedMentions, type Unnotified } from '$lib/server/messages/group-mentions.ts';
import { findMentioned } from '$lib/server/messages/mentioned-people.ts';
import { entryMay, readInRoom, type RoomEntry } from '$lib/server/rooms/access.ts';
import { presence, store } from '$lib/server/services.ts';

export function noticesOf(
	unnotified: Unnotified | undefined,
	entry: RoomEntry,
	slug: string,
	{ person: id, role }: SignedIn
): SentNotice[] {
	if (!unnotified) return [];
	const adds = entry.kind === 'private' && entryMay(entry, { id, role }, 'manage room');
	return unnotifiedNotices(unnotified, adds ? `${resolve('/rooms/[slug]', { slug })}/members` : undefined);
}

/** Of message `n`, for its sender. */
export async function loadNotices({ visitor }: App.Locals, slug: string, n: number): Promise<SentNotice[]> {
	const session = await visitor.session();
	if (!session) return [];
	const found = await readInRoom(store, visitor, slug, async (room, from) =>
		n < from ? [] : readShown(store, room.id, n, n)
	);
	const [message] = found.ok ? found.data : [];
	if (!found.ok || !message || !isMessage(message) || message.person !== session.person) return [];
	const named = await findMentioned(store, message.message);
	const { unnotified } = await allowedMentions(store, message, message.message, named ?? [], presence !== undefined);
	return noticesOf(unnotified, found, slug, session);
}
