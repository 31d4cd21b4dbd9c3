/**
 * One operation, on the record that every page and send reads, revokes the membership and sets a new epoch: from there
 * on the person is out, at every node. What follows only tells the others; whichever process comes later may finish it.
 */
import { REVOKED_KEPT_MS } from '../../chat/limits.ts';
import { StoreRefused, type Hpkv } from '../../../hpkv/port.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { dropPerson } from '../people/holders.ts';
import { newEpoch, wakeEpoch } from './epochs.ts';
import { endMembership, heldIn, membersIn } from './memberships.ts';
import { readRoomState } from './rooms.ts';

interface Removed {
	room: string;
	person: string;
}

/** A repeat, also after a crash, does what is left. */
export async function removeMember(store: Hpkv, { room, person }: Removed, now: number): Promise<void> {
	// Revoked already: the rest may not be done.
	const { ids = [] } = heldIn(await store.get(keys.memberOf(person, room)), {}) ?? {};
	if (ids.length > 0) await revoke(store, room, ids, now);
	const state = await readRoomState(store, room);
	const told = await tellEpochs(store, room, state);
	if (ids.length > 0) await endMembership(store, person, room, ids, now);
	await store.set(keys.liveList(person), WAKE);
	// Their sockets and tokens, where the store can: from here on, they hear nothing of the room.
	if (store.dropsHolders) await dropPerson(store, person);
	await cleanUp(store, room, state, told, now - REVOKED_KEPT_MS);
}

/** The moment of a removal. Never repeated by a client of the store: an epoch never returns. */
async function revoke(store: Hpkv, room: string, ids: readonly string[], now: number): Promise<void> {
	const e = newEpoch();
	const change: RoomState = { e, es: { [e]: 1 }, x: Object.fromEntries(ids.map((id) => [id, now])) };
	const revoked = () => store.patch(keys.roomState(room), JSON.stringify(change));
	try {
		await revoked();
	} catch (error) {
		if (!(error instanceof StoreRefused)) throw error;
		// A hundred people have left within ten minutes, and fill the record.
		await cleanUp(store, room, await readRoomState(store, room), [], now - CROWDED_KEPT_MS);
		await revoked();
	}
}

/** How long ago memberships were revoked that make room for others: no request of those people is being answered any more. */
const CROWDED_KEPT_MS = 60_000;

/**
 * Before a person is let in from the number `first` on. A sender who reads the room's state from here on tells no text
 * from before `first`; one who read it earlier tells the earlier epoch, which the person never hears.
 */
export async function startAt(store: Hpkv, room: string, first: number, { firsts = {} }: RoomState): Promise<void> {
	const lower = Object.keys(firsts).filter((each) => Number(each) < first);
	const change = { firsts: { ...Object.fromEntries(lower.map((each) => [each, null])), [first]: 1 } };
	await renewEpoch(store, room, change);
}

/** Sets a new epoch, with `change` in one operation, and tells those who hear the earlier ones. */
export async function renewEpoch(store: Hpkv, room: string, change: object = {}): Promise<void> {
	const e = newEpoch();
	await store.patch(keys.roomState(room), JSON.stringify({ e, es: { [e]: 1 }, ...change }));
	const state = await readRoomState(store, room);
	await cleanUp(store, room, {}, await tellEpochs(store, room, state), 0);
}

/** @returns the epochs whose listeners know now that there is another */
async function tellEpochs(store: Hpkv, room: string, state: RoomState): Promise<string[]> {
	const old = epochsToTell(state);
	for (const epoch of old) await wakeEpoch(store, room, epoch);
	return old;
}

const epochsToTell = ({ e, es = {} }: RoomState) => Object.keys(es).filter((epoch) => epoch !== e);

async function cleanUp(
	store: Hpkv,
	room: string,
	{ x = {} }: RoomState,
	told: readonly string[],
	before: number
): Promise<void> {
	const old = Object.entries(x).filter(([, at]) => at < before);
	// A copy says that a membership has ended after the record that decides does.
	const held = new Set(old.length > 0 ? (await membersIn(store, room, {})).flatMap(({ ids }) => ids) : []);
	const forgotten = old.filter(([id]) => !held.has(id)).map(([id]) => id);
	if (told.length + forgotten.length === 0) return;
	const gone = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
	await store.patch(keys.roomState(room), JSON.stringify({ es: gone(told), x: gone(forgotten) }));
}

const FINISHED_WITHIN_MS = 10_000;

/** Finishes the removals of which somebody died. Nobody's rights depend on it. @param state of the room, read just now */
export async function finishRemovals(store: Hpkv, room: string, state: RoomState, now: number): Promise<void> {
	const { x = {} } = state;
	if (epochsToTell(state).length === 0 || Object.values(x).some((at) => at > now - FINISHED_WITHIN_MS)) return;
	const told = await tellEpochs(store, room, state);
	for (const { person, ids } of await membersIn(store, room, {})) {
		const revoked = ids.filter((id) => Object.hasOwn(x, id));
		if (revoked.length > 0) await endMembership(store, person, room, revoked, now);
	}
	await cleanUp(store, room, state, told, now - REVOKED_KEPT_MS);
}
