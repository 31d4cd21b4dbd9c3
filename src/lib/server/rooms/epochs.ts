/** Part of the keys that a room's members hear. A removal sets a new one in the same operation: an old token hears of that alone. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { kindOf, type RoomKind } from '../../chat/rooms/kind.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { keys } from '../../chat/storage/keys.ts';
import { randomId } from '../storage/ids.ts';
import { readRoomState } from './rooms.ts';
import type { HeardRoom } from './subscribe-token.ts';

/** 65 bits, never given again, also after a restore of the store. */
export const EPOCH_LETTERS = 13;
export const newEpoch = () => randomId().slice(0, EPOCH_LETTERS);

export interface Hearing {
	kind: RoomKind;
	/** Absent for an open room. */
	epoch?: string;
	/** Somebody who hears it may not read what is before this number. */
	first?: number;
}

/** Undefined where nobody may hear anything: a record without an epoch is damaged. Pages then ask by themselves. */
export function hearingOf(room: string, state: RoomState): Hearing | undefined {
	const kind = kindOf(room, state);
	if (kind === 'open') return { kind };
	const first = Math.max(1, ...Object.keys(state.firsts ?? {}).map(Number));
	return state.e === undefined ? undefined : { kind, epoch: state.e, first };
}

/** For the sender of a live event, after the message is stored: a reader of a later epoch subscribes, then asks for news, and finds it. */
export const readHearing = async (store: Hpkv, room: string): Promise<Hearing | undefined> =>
	hearingOf(room, await readRoomState(store, room));

/** The name by which a page knows what its token hears of a room: another epoch is another name. */
export const heardName = ({ id, epoch }: HeardRoom) => (epoch === undefined ? id : `${id} ${epoch}`);

export function heardAs(room: string, state: RoomState): string | undefined {
	const hearing = hearingOf(room, state);
	return hearing && heardName({ id: room, epoch: hearing.epoch });
}

/** Wakes those who hear the epoch: they ask for news, which says that there is another epoch, or that there is no room. */
export async function wakeEpoch(store: Hpkv, room: string, epoch: string | undefined): Promise<void> {
	await store.set(keys.live(room, epoch), WAKE);
	if (epoch === undefined) return;
	await store.set(keys.liveHere(room, epoch), WAKE);
	await store.set(keys.liveTyping(room, epoch), WAKE);
}
