import type { Hpkv } from '../../../hpkv/port.ts';
import { MEMBERS_ON_PAGE } from '../../chat/limits.ts';
import type { Role } from '../../chat/people/role.ts';
import type { RoomState } from '../../chat/rooms/room.ts';
import { membersIn, readMembership } from '../rooms/memberships.ts';
import type { PeopleDirectory } from '../views/people-directory.ts';

export interface ListedMember {
	id: string;
	name: string;
	role: Role;
	/** When the person was added, in milliseconds since 1970. */
	since: number;
	/** Who added them; absent for the creator. */
	by?: string;
	/** Whether they read only what was written after they came. */
	isLater: boolean;
}

export interface MemberPage {
	members: ListedMember[];
	page: number;
	pages: number;
	total: number;
}

/** Of an open room, the guests who were let in. A range, and one look-up for each member on the page. */
export async function listMembers(
	store: Hpkv,
	people: Pick<PeopleDirectory, 'all'>,
	{ room, state, page }: { room: string; state: RoomState; page: number }
): Promise<MemberPage> {
	const [all, known] = await Promise.all([membersIn(store, room, state), people.all()]);
	const personOf = new Map(known.map((person) => [person.id, person]));
	const pages = Math.max(1, Math.ceil(all.length / MEMBERS_ON_PAGE));
	const shown = Math.min(Math.max(1, page), pages);
	const part = all.slice((shown - 1) * MEMBERS_ON_PAGE, shown * MEMBERS_ON_PAGE);
	// The room's copy may name somebody whose adding a crash cut short.
	const held = await Promise.all(part.map(({ person }) => readMembership(store, person, room, state)));
	const members = part.flatMap(({ person }, i): ListedMember[] => {
		const membership = held[i];
		const listed = personOf.get(person);
		if (!membership || !listed) return [];
		const { by, since, from } = membership;
		const adder = by === person ? undefined : personOf.get(by)?.name;
		return [{ id: person, name: listed.name, role: listed.role, since, by: adder, isLater: from > 1 }];
	});
	return { members, page: shown, pages, total: all.length };
}
