/** Whom an operator acts on, and whether they may. The roles are checked against the log of owners, which decides. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { PERSON_ID } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import { may } from '../../chat/people/permissions.ts';
import { readOwners, realRole } from '../people/owners.ts';
import { readPerson, type Known } from '../people/standing.ts';

export type ActRefusal = 'gone' | 'yourself' | 'owner' | 'operator' | 'not-allowed' | 'last-owner' | 'blocked' | 'role';
export type Acted = { ok: true; target: Known } | { ok: false; because: ActRefusal };

export const refused = (because: ActRefusal): Acted => ({ ok: false, because });

export interface Acting {
	id: string;
	role: Role;
}

export interface ActorAndTarget {
	actor: Acting;
	target: Known;
	owners: ReadonlySet<string>;
}

/** Both with their real roles. Undefined where there is no such person. */
export async function readActorAndTarget(store: Hpkv, actor: Acting, id: string): Promise<ActorAndTarget | undefined> {
	if (!PERSON_ID.test(id)) return undefined;
	const [owners, person] = await Promise.all([readOwners(store), readPerson(store, id)]);
	if (!person) return undefined;
	return {
		actor: { id: actor.id, role: realRole(owners, actor.id, actor.role) },
		target: { ...person, role: realRole(owners, id, person.role) },
		owners
	};
}

export function whyNotModerate({ actor, target }: ActorAndTarget): ActRefusal | undefined {
	if (may(actor, 'moderate person', target)) return undefined;
	if (actor.id === target.id) return 'yourself';
	if (target.role === 'owner') return 'owner';
	return target.role === 'operator' ? 'operator' : 'not-allowed';
}
