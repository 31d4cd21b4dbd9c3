/** A room of one to eight people, for ever. Its id is made of them and a key of the store: two who start it meet, nobody else can name it. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import type { Events } from '../events.ts';
import { MAX_DIRECT_PEOPLE } from '../../chat/limits.ts';
import { DIRECT_ID, unlistedAddress, unlistedId } from '../../chat/rooms/kind.ts';
import type { ChatRoom, RoomState } from '../../chat/rooms/room.ts';
import { blockOf } from '../../chat/rooms/writing.ts';
import { keys } from '../../chat/storage/keys.ts';
import { isShutOut, readPerson } from '../people/standing.ts';
import { EPOCH_LETTERS } from '../rooms/epochs.ts';
import { readMembership } from '../rooms/memberships.ts';
import { readRoom, readRoomState } from '../rooms/rooms.ts';
import { claim } from '../storage/claims.ts';
import { base32, secret } from '../storage/ids.ts';
import { makeDirectRow } from './direct-rows.ts';

const Key = z.object({ key: z.string() });

/** Every membership in a direct room has this id: it never ends, and each of the people may make it. */
const MEMBERSHIP = 'direct';

async function lettersOf(store: Hpkv, text: string): Promise<string> {
	const { key } = Key.parse(await claim(store, keys.directKey, { key: secret() }));
	return base32(createHmac('sha256', key).update(text).digest());
}

export type DirectRefusal = 'too-many-people' | 'no-such-person';
export type Started = { ok: true; room: ChatRoom } | { ok: false; because: DirectRefusal };

/** Nothing of another person's is written before the first message: they see nothing of a conversation without one. */
export async function startDirect(
	store: Hpkv,
	{ by, others }: { by: string; others: readonly string[] },
	now: number
): Promise<Started> {
	const people = [...new Set([by, ...others])].sort();
	if (people.length > MAX_DIRECT_PEOPLE) return { ok: false, because: 'too-many-people' };
	const known = await Promise.all(people.map((person) => readPerson(store, person)));
	if (known.some((person) => !person || isShutOut(person.standing))) return { ok: false, because: 'no-such-person' };
	const id = await directId(store, people);
	const room = (await readRoom(store, id)) ?? (await makeRoom(store, { id, people, by }, now));
	if (!(await readMembership(store, by, id, {}))) await makeMember(store, by, { room: id, by }, now);
	return { ok: true, room };
}

export const directId = async (store: Hpkv, people: readonly string[]): Promise<string> =>
	unlistedId(DIRECT_ID, await lettersOf(store, `direct ${[...people].sort().join(' ')}`));

/** What there is of a conversation that `by` is about to begin. Writes nothing. */
export async function directState(
	store: Hpkv,
	{ by, others }: { by: string; others: readonly string[] }
): Promise<{ isBegun: boolean; closed: ReturnType<typeof blockOf>; blocks: boolean }> {
	const id = await directId(store, [...new Set([by, ...others])]);
	const [membership, state] = await Promise.all([readMembership(store, by, id, {}), readRoomState(store, id)]);
	return {
		isBegun: membership !== undefined,
		closed: blockOf(id, state, by),
		blocks: Object.hasOwn(state.closed ?? {}, by)
	};
}

/** Two who start at once write the same epoch. */
async function makeRoom(
	store: Hpkv,
	{ id, people, by }: { id: string; people: string[]; by: string },
	now: number
): Promise<ChatRoom> {
	const e = (await lettersOf(store, `epoch ${id}`)).slice(0, EPOCH_LETTERS);
	const state: RoomState = { e, es: { [e]: 1 } };
	await store.patch(keys.roomState(id), JSON.stringify(state));
	const room: ChatRoom = { id, slug: unlistedAddress(id), name: '', createdAt: now, createdBy: by, people };
	await store.set(keys.room(id), JSON.stringify(room));
	return room;
}

async function makeMember(
	store: Hpkv,
	person: string,
	{ room, by }: { room: string; by: string },
	now: number
): Promise<void> {
	const record = JSON.stringify({ in: { [MEMBERSHIP]: { by, since: now } } });
	await store.patch(keys.memberOf(person, room), record);
}

/** Before a person's first message is sent: what they are told of is there when the message is. A repeat changes nothing. */
export async function tellOthers(
	store: Hpkv,
	{ id, people = [] }: ChatRoom,
	person: string,
	now: number
): Promise<void> {
	for (const other of people) if (other !== person) await makeMember(store, other, { room: id, by: person }, now);
	for (const each of people) await makeDirectRow(store, each, id, people);
}

/** After the message is stored. */
export async function noteTold(store: Hpkv, { id }: ChatRoom, person: string): Promise<void> {
	await store.patch(keys.memberOf(person, id), JSON.stringify({ told: true }));
}

/** Blocks, or no longer blocks, the direct messages of the other of two people. In a group, a block does nothing. */
export async function blockDirect(
	store: Hpkv,
	events: Events,
	{ by, other }: { by: string; other: string },
	isBlocked: boolean
): Promise<void> {
	if (by === other) return;
	const id = await directId(store, [by, other]);
	await store.patch(keys.roomState(id), JSON.stringify({ closed: { [by]: isBlocked ? true : null } }));
	// Open pages ask whether they may write.
	await events.publish('roomChanged', { rooms: [id], change: { closed: isBlocked ? { [by]: true } : {} } });
}
