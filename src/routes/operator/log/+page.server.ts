import { AUDIT_DAYS, AUDIT_ENTRIES_ON_PAGE } from '$lib/chat/limits.ts';
import { AUDITED_ACTS } from '$lib/chat/moderation/audit.ts';
import { roomDetails } from '$lib/chat/rooms/room-details.ts';
import { readRoom, readRoomState } from '$lib/server/rooms/rooms.ts';
import { readAudit } from '$lib/server/moderation/audit.ts';
import { directory, store } from '$lib/server/services.ts';
import type { PageServerLoad } from './$types';

/** Operators know private rooms by their names, and nothing of direct messages. */
async function nameOfUnlisted(id: string): Promise<string> {
	const [room, state] = await Promise.all([readRoom(store, id), readRoomState(store, id)]);
	if (!room) return 'a deleted room';
	const { name, kind } = roomDetails(room, state);
	return kind === 'direct' ? 'direct messages' : name;
}

export const load: PageServerLoad = async ({ url }) => {
	const [{ lines, next }, rooms] = await Promise.all([
		readAudit(store, url.searchParams.get('after') ?? undefined, AUDIT_ENTRIES_ON_PAGE),
		directory.recent()
	]);
	const nameOf = new Map(rooms.map(({ id, name }) => [id, name]));
	const unlisted = new Set(lines.flatMap(({ room }) => (room !== undefined && !nameOf.has(room) ? room : [])));
	await Promise.all([...unlisted].map(async (id) => void nameOf.set(id, await nameOfUnlisted(id))));
	return {
		lines: lines.map((line) => ({
			...line,
			what: AUDITED_ACTS[line.act],
			roomName: line.room && (nameOf.get(line.room) ?? 'a deleted room')
		})),
		next,
		days: AUDIT_DAYS
	};
};
