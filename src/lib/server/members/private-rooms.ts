import type { Hpkv } from '../../../hpkv/port.ts';
import type { Events } from '../events.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { roomName } from '../../chat/people/name.ts';
import { kindOf, PRIVATE_ID, unlistedAddress, unlistedId } from '../../chat/rooms/kind.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { idFrom } from '../storage/ids.ts';
import { EPOCH_LETTERS } from '../rooms/epochs.ts';
import {
	addMember,
	forgetEnded,
	MEMBERSHIP_LETTERS,
	membershipId,
	membersIn,
	readMembership,
	wasAdded
} from '../rooms/memberships.ts';
import { forgetMark, readMark } from '../rooms/read-marks.ts';
import { removeMember, startAt } from '../rooms/removal.ts';
import type { Later } from '../rooms/room-names.ts';
import { archiveRoom } from '../rooms/room-settings.ts';
import { readRoom, readRoomState, type Created, type NameTaken, type NewRoom } from '../rooms/rooms.ts';

/**
 * Claims no name and no address: a refusal would tell of the room. Its record is set last; a repeated form that finds it changes nothing.
 * @param of the group that the room goes on from: the same form without it, or of another group, makes another room
 */
export async function createPrivateRoom(
	store: Hpkv,
	{ typed, person, formId, of }: NewRoom & { of?: string },
	now: number,
	later: Later = (work) => work()
): Promise<Exclude<Created, NameTaken>> {
	const name = roomName(typed);
	if (!name.ok) return name;
	const purpose = of === undefined ? 'private room' : `private room of ${of}`;
	const letters = idFrom(`${purpose} ${person} ${formId} ${name.spelling}`);
	const id = unlistedId(PRIVATE_ID, letters);
	const made = await readRoom(store, id);
	if (made) return { ok: true, room: made };
	// Made of the form: an epoch that a second try would draw anew would leave listeners of the first behind.
	const e = idFrom(`epoch ${letters}`).slice(0, EPOCH_LETTERS);
	await store.patch(keys.roomState(id), JSON.stringify({ kind: 'private', e, es: { [e]: 1 } } satisfies RoomState));
	await addMember(store, { person, room: id, by: person, id: letters.slice(0, MEMBERSHIP_LETTERS) }, now);
	const room: ChatRoom = {
		...{ id, slug: unlistedAddress(id), name: name.name },
		...{ createdAt: now, createdBy: person }
	};
	await store.set(keys.room(id), JSON.stringify(room));
	await later(() => store.set(keys.liveList(person), WAKE));
	return { ok: true, room };
}

export type History = 'all' | 'from now on';

interface LettingIn {
	room: string;
	person: string;
	by: string;
	history: History;
	id?: string;
}

/**
 * Adds a person, who must be known. Adding a member again changes nothing, unless it gives more of the history.
 * @param id of this adding, made of a form: who was removed is not added again. Longer than MEMBERSHIP_LETTERS, so it is never forgotten.
 */
export async function letIn(
	store: Hpkv,
	events: Events,
	{ room, person, by, history, id: once }: LettingIn,
	now: number
): Promise<void> {
	const state = await readRoomState(store, room);
	const next = await nextNumber(store, room);
	const from = history === 'all' ? undefined : next;
	const held = await readMembership(store, person, room, state);
	if (held && held.from <= (from ?? 1)) return;
	if (once !== undefined && (await wasAdded(store, person, room, once))) return;
	await forgetEnded(store, person, room, now);
	if (from !== undefined) await startAt(store, room, from, state);
	const id = once ?? membershipId();
	// Before the adding: what was written for fewer people is refused from here on, also after a crash.
	await store.patch(keys.roomState(room), JSON.stringify({ added: id } satisfies RoomState));
	// What was written before is not unread. The list shows that the room is new to them until they open it.
	if (!held && (await readMark(store, person, room)) !== undefined) await forgetMark(store, person, room);
	await addMember(store, { person, room, by, id, from, at: next - 1 }, now);
	await store.set(keys.liveList(person), WAKE);
}

/** The number of the next message. After a restore, the counter can stand behind the records: it is raised above them first. */
async function nextNumber(store: Hpkv, room: string): Promise<number> {
	let count = Number((await store.get(keys.messageCount(room))) ?? 0);
	for (let raise = 100; ; raise *= 2) {
		const { start, end } = keys.messages(room, count + 1, HIGHEST);
		const { records } = await store.range(start, end, 1);
		if (records.length === 0) return count + 1;
		count = await store.increment(keys.messageCount(room), raise);
	}
}

const HIGHEST = 999_999_999_999;

/** Leaving is a removal. The last one out archives the room: each looks after having left. @returns whether nobody is left */
export async function leaveRoom(
	store: Hpkv,
	events: Events,
	{ room, person }: { room: string; person: string },
	now: number
): Promise<boolean> {
	await removeMember(store, { room, person }, now);
	const state = await readRoomState(store, room);
	if (kindOf(room, state) !== 'private' || (await membersIn(store, room, state)).length > 0) return false;
	await archiveRoom(store, events, room, true);
	return true;
}
