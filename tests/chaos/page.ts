/** A room's page as the server renders it: what a reader begins with, and what the judge believes in the end. */
import type { Cursor } from '../../src/lib/chat/reading/cursor.ts';
import type { ShownMessage } from '../../src/lib/chat/messages/message-view.ts';
import { unflatten } from './flat.ts';
import type { Entry } from './history.ts';

export interface RoomLayout {
	room: { id: string };
	/** The name by which a ticket says that its token hears the room. */
	heard?: string;
	page: { messages: ShownMessage[]; older?: number; cursor: Cursor };
	ids: { day: string };
}

const PATIENCE = 20_000;

/** @param room its path, and which page of it: `/rooms/kitchen`, or `/rooms/kitchen?before=51` */
export async function openPage(app: string, room: string, cookie = ''): Promise<RoomLayout> {
	const [path, query] = room.split('?');
	const answer = await fetch(`${app}${path}/__data.json${query ? `?${query}` : ''}`, {
		headers: { cookie },
		signal: AbortSignal.timeout(PATIENCE)
	});
	if (!answer.ok) throw new Error(`${room} answered ${answer.status}`);
	const { nodes } = (await answer.json()) as { nodes: ({ data: unknown[] } | null)[] };
	const data = unflatten(nodes.at(-1)?.data ?? []) as Partial<RoomLayout>;
	if (!data.room || !data.page) throw new Error(`${room} came without its history`);
	return data as RoomLayout;
}

export const entryOf = ({ n, id, message }: ShownMessage): Entry => ({ n, id, text: message });

/** Everything that stands in a room, page by page. */
export async function everything(app: string, room: string, cookie = ''): Promise<Entry[]> {
	const pages: Entry[][] = [];
	for (let at = room; ;) {
		const { page } = await openPage(app, at, cookie);
		pages.push(page.messages.map(entryOf));
		// Below a room's first message there can be numbers that came to nothing: the page of those leads to itself.
		if (page.older === undefined || page.messages.length === 0) return pages.reverse().flat();
		at = `${room}?before=${page.older}`;
	}
}

/** What a reader who has nothing is told, of a room with fewer than 2,000. */
export async function everythingSince(app: string, room: string, cookie = ''): Promise<Entry[]> {
	const answer = await fetch(`${app}${room}/since?message=0&change=0&holes=`, {
		headers: { cookie },
		signal: AbortSignal.timeout(PATIENCE)
	});
	const { messages = [] } = (await answer.json()) as { messages?: ShownMessage[] };
	return messages.map(entryOf).sort((a, b) => (a.n ?? 0) - (b.n ?? 0));
}
