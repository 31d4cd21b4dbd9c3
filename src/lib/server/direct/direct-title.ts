import type { RoomDetails } from '../../chat/rooms/room-details.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { blockOf } from '../../chat/rooms/writing.ts';
import { closedNotices } from '../../chat/text/error-texts.ts';

/** The present names of people, in the order of `ids`. */
export type NamesOf = (ids: readonly string[]) => Promise<string[]>;

export const othersIn = (people: readonly string[], me: string): string[] => people.filter((each) => each !== me);

export async function directTitle(people: readonly string[], me: string, namesOf: NamesOf): Promise<string> {
	const others = othersIn(people, me);
	if (others.length > 0) return (await namesOf(others)).join(', ');
	const [name = ''] = await namesOf([me]);
	return `${name} (you)`;
}

/** A direct room as `me` sees it; any other room as it is. */
export async function detailsFor(
	me: string | undefined,
	details: RoomDetails,
	state: RoomState,
	namesOf: NamesOf
): Promise<RoomDetails> {
	const { id, kind, people } = details;
	if (kind !== 'direct' || !people || me === undefined) return details;
	const name = await directTitle(people, me, namesOf);
	const closed = blockOf(id, state, me);
	return {
		...{ ...details, name, closed: closed && closedNotices[closed](name) },
		...(state.closed && Object.hasOwn(state.closed, me) && { blocks: true })
	};
}
