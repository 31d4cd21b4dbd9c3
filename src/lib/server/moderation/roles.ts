import type { Hpkv } from '../../../hpkv/port.ts';
import { may } from '../../chat/people/permissions.ts';
import { ROLES, type Role } from '../../chat/people/role.ts';
import { dropPerson } from '../people/holders.ts';
import { addOwner, readOwners, removeOwner } from '../people/owners.ts';
import { changeStanding, readStanding, isShutOut } from '../people/standing.ts';
import {
	readActorAndTarget,
	refused,
	type Acted,
	type Acting,
	type ActRefusal,
	type ActorAndTarget
} from './target.ts';

export function whyNotRole({ actor, target, owners }: ActorAndTarget, role: Role): ActRefusal | undefined {
	if (!may(actor, 'set role', target) || (role === 'owner' && !may(actor, 'name owner', target))) {
		if (actor.id === target.id) return 'yourself';
		if (target.role === 'owner') return 'owner';
		return target.role === 'operator' || role === 'owner' ? 'operator' : 'not-allowed';
	}
	if (target.role === 'owner' && role !== 'owner' && owners.size === 1) return 'last-owner';
	// An operator could not lift that block again.
	return isShutOut(target.standing) && (role === 'owner' || role === 'operator') ? 'blocked' : undefined;
}

/** Whether the change gives or takes power over the place. */
export const isGrave = (from: Role, to: Role) =>
	from !== to && [from, to].some((role) => role === 'owner' || role === 'operator');

export const isRole = (text: string): text is Role => (ROLES as readonly string[]).includes(text);

export async function setRole(store: Hpkv, actor: Acting, id: string, role: Role): Promise<Acted> {
	const both = await readActorAndTarget(store, actor, id);
	if (!both) return refused('gone');
	const { target } = both;
	if (target.role === role) return { ok: true, target };
	const because = whyNotRole(both, role);
	if (because) return refused(because);
	const acted = role === 'owner' ? await makeOwner(store, actor, id) : await lower(store, both, role);
	if (acted) return refused(acted);
	// Pages fetch another token, for what the new role may hear.
	if (role === 'guest') await dropPerson(store, id);
	return { ok: true, target };
}

async function makeOwner(store: Hpkv, actor: Acting, id: string): Promise<ActRefusal | undefined> {
	if (!(await addOwner(store, id, actor.id)).has(id)) return 'not-allowed';
	// Blocked meanwhile: `block` looks for the owner in its turn, so one of the two gives way.
	const { blocked, deactivated } = await readStanding(store, id);
	if (!blocked && !deactivated) return undefined;
	if (!(await removeOwner(store, id, id)).has(id)) return 'blocked';
	// No other owner is left: this one is let in.
	if (blocked) await changeStanding(store, id, 'blocked', false);
	if (deactivated) await changeStanding(store, id, 'deactivated', false);
	return undefined;
}

async function lower(store: Hpkv, { actor, target }: ActorAndTarget, role: Role): Promise<ActRefusal | undefined> {
	const { id } = target;
	if (target.role === 'owner') {
		const owners = await removeOwner(store, id, actor.id);
		if (owners.has(id)) return owners.size === 1 ? 'last-owner' : 'not-allowed';
	}
	if (target.role !== 'owner' || role !== 'operator') await changeStanding(store, id, 'role', role);
	// Became an owner meanwhile: the log decides, and the standing repeats it.
	if ((await readOwners(store)).has(id)) await changeStanding(store, id, 'role', 'owner');
	return undefined;
}
