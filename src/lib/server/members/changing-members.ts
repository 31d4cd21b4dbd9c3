/** Adding and removing people by hand: what is checked, and what follows. The caller has asked for the right. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { PERSON_ID } from '../../chat/people/person.ts';
import type { MemberRefusal } from '../../chat/text/member-refusals.ts';
import type { Events } from '../events.ts';
import { isShutOut, readPerson, type Known } from '../people/standing.ts';
import type { RoomEntry } from '../rooms/access.ts';
import { storeOf } from '../rooms/checked-store.ts';
import { readMembership } from '../rooms/memberships.ts';
import { removeMember } from '../rooms/removal.ts';
import { letIn, type History } from './private-rooms.ts';
import { writeLine } from './room-lines.ts';
import { findPerson } from '../people/person-names.ts';

export type MemberChanged = { ok: true; person: Known } | { ok: false; because: MemberRefusal; name?: string };

export interface Acting {
	id: string;
	name: string;
}

interface Adding {
	entry: RoomEntry;
	by: Acting;
	typed: string;
	history: string;
	/** Whether the adder may know who is blocked. */
	operates: boolean;
}

const isHistory = (text: string): text is History => text === 'all' || text === 'from now on';

/** Who reads a part of the room gives no more than that. */
export const mayGiveHistory = ({ from }: Pick<RoomEntry, 'from'>): boolean => from <= 1;

export async function addByName(
	store: Hpkv,
	events: Events,
	{ entry, by, typed, history, operates }: Adding,
	clock: () => number
): Promise<MemberChanged> {
	if (typed.trim() === '') return { ok: false, because: 'empty' };
	const found = await findPerson(store, typed);
	const person = found && (await readPerson(store, found.id));
	if (!person) return { ok: false, because: 'no-person' };
	const refused = (because: MemberRefusal): MemberChanged => ({ ok: false, because, name: person.name });
	// The list of people has no blocked people either.
	if (isShutOut(person.standing)) return refused(operates ? 'shut-out' : 'no-person');
	const { room, state, kind } = entry;
	if (kind === 'open' && person.role !== 'guest') return refused('reads-already');
	if (await readMembership(store, person.id, room.id, state)) return refused('already');
	if (!isHistory(history)) return refused('no-choice');
	if (history === 'all' && !mayGiveHistory(entry)) return refused('no-history');
	const adding = { room: room.id, person: person.id, by: by.id, history };
	await letIn(storeOf(store, entry), events, adding, clock());
	await writeLine(store, events, room.id, { did: 'added', by: by.name, name: person.name }, clock);
	return { ok: true, person };
}

export async function removePerson(
	store: Hpkv,
	events: Events,
	{ entry, id, by }: { entry: Pick<RoomEntry, 'room' | 'state'>; id: string; by: Acting },
	clock: () => number
): Promise<MemberChanged> {
	if (id === by.id) return { ok: false, because: 'use-leave' };
	const person = PERSON_ID.test(id) ? await readPerson(store, id) : undefined;
	if (!person) return { ok: false, because: 'no-person' };
	const { room, state } = entry;
	if (!(await readMembership(store, id, room.id, state))) {
		return { ok: false, because: 'not-a-member', name: person.name };
	}
	await removeMember(store, { room: room.id, person: id }, clock());
	await writeLine(store, events, room.id, { did: 'removed', by: by.name, name: person.name }, clock);
	return { ok: true, person };
}
