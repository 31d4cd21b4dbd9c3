import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_GUESTS_LOOKED_UP, MAX_OFFERED_PEOPLE } from '../../chat/limits.ts';
import { matchNames } from '../../chat/search/name-search.ts';
import type { Place } from '../../chat/place/place.ts';
import type { ChatRoom } from '../../chat/rooms/room.ts';
import { mayRead } from '../rooms/access.ts';
import type { ListedPerson } from './people-directory.ts';

interface Asking {
	room: ChatRoom;
	place: Place;
	/** Not offered. */
	me: string;
	typed: string;
}

/** Names that begin with `typed`, or have a word that does, of people who may read the room: for the completion of `@`. */
export async function mentionableNames(
	store: Hpkv,
	people: readonly ListedPerson[],
	{ room, place, me, typed }: Asking
): Promise<string[]> {
	let guests = 0;
	const candidates = matchNames(people, typed)
		.filter(({ id, gone }) => !gone && id !== me)
		.filter(({ role }) => role !== 'guest' || guests++ < MAX_GUESTS_LOOKED_UP)
		.slice(0, MAX_OFFERED_PEOPLE + MAX_GUESTS_LOOKED_UP);
	const readers = await Promise.all(candidates.map((person) => mayRead(store, person, room, place)));
	return candidates
		.filter((_, i) => readers[i])
		.slice(0, MAX_OFFERED_PEOPLE)
		.map(({ name }) => name);
}
