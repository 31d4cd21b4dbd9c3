import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_GUESTS_LOOKED_UP, MAX_OFFERED_PEOPLE } from '../../chat/limits.ts';
import { matchNames } from '../../chat/search/name-search.ts';
import type { Place } from '../../chat/place/place.ts';
import { membersIn } from '../rooms/memberships.ts';
import { mayRead, type RoomEntry } from '../rooms/access.ts';
import type { ListedPerson } from './people-directory.ts';

interface Asking {
	entry: Pick<RoomEntry, 'room' | 'state' | 'kind'>;
	place: Place;
	/** Not offered. */
	me: string;
	typed: string;
}

/** Names that begin with `typed`, or have a word that does, of people who may read the room: for the completion of `@`. */
export async function mentionableNames(
	store: Hpkv,
	people: readonly ListedPerson[],
	{ entry, place, me, typed }: Asking
): Promise<string[]> {
	let guests = 0;
	const candidates = matchNames(await readersAmong(store, people, entry), typed)
		.filter(({ id, gone }) => !gone && id !== me)
		.filter(({ role }) => role !== 'guest' || guests++ < MAX_GUESTS_LOOKED_UP)
		.slice(0, MAX_OFFERED_PEOPLE + MAX_GUESTS_LOOKED_UP);
	const readers = await Promise.all(candidates.map((person) => mayRead(store, person, entry, place)));
	return candidates
		.filter((_, i) => readers[i])
		.slice(0, MAX_OFFERED_PEOPLE)
		.map(({ name }) => name);
}

async function readersAmong(
	store: Hpkv,
	people: readonly ListedPerson[],
	{ room, state, kind }: Asking['entry']
): Promise<readonly ListedPerson[]> {
	if (kind === 'open') return people;
	const members =
		kind === 'direct' ? room.people : (await membersIn(store, room.id, state)).map(({ person }) => person);
	const ids = new Set(members);
	return people.filter(({ id }) => ids.has(id));
}
