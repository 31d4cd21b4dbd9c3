/** A private room that goes on from direct messages of three people or more. The caller has asked for the right to create it. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { NOT_ALL_HISTORY, roomNameRefusals } from '../../chat/text/error-texts.ts';
import { othersIn } from '../direct/direct-title.ts';
import type { Events } from '../events.ts';
import { isShutOut, readPerson } from '../people/standing.ts';
import { roomFor, type RoomEntry } from '../rooms/access.ts';
import { storeOf } from '../rooms/checked-store.ts';
import type { NewRoom } from '../rooms/rooms.ts';
import { idFrom } from '../storage/ids.ts';
import { mayGiveHistory } from './changing-members.ts';
import { createPrivateRoom, letIn } from './private-rooms.ts';

interface Group {
	id: string;
	people?: readonly string[];
}

export type GroupRoom = { ok: true; entry: RoomEntry } | { ok: false; status: number; error: string };

/** A repeated form goes on in the same room: it adds nobody who was removed since, and asks again whether the creator may. */
export async function roomOfGroup(
	store: Hpkv,
	events: Events,
	visitor: Parameters<typeof roomFor>[1],
	{ group, ...form }: NewRoom & { group: Group },
	now: number
): Promise<GroupRoom> {
	const { person } = form;
	const created = await createPrivateRoom(store, { ...form, of: group.id }, now);
	if (!created.ok) return { ok: false, status: 422, error: roomNameRefusals[created.because] };
	const entry = await roomFor(store, visitor, created.room.slug, 'manage');
	if (!entry.ok) return entry;
	if (!mayGiveHistory(entry)) return { ok: false, status: 403, error: NOT_ALL_HISTORY };
	const room = entry.room.id;
	const checked = storeOf(store, entry);
	for (const other of othersIn(group.people ?? [], person)) {
		const known = await readPerson(store, other);
		if (!known || isShutOut(known.standing)) continue;
		const id = idFrom(`group ${group.id} ${room} ${other}`);
		await letIn(checked, events, { room, person: other, by: person, history: 'all', id }, now);
	}
	return { ok: true, entry };
}
