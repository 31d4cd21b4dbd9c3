/**
 * An append log of `+{person}@{by}` and `-{person}@{by}`, folded in order. An entry by no owner, or a `-` that would leave no owner, is void:
 * two owners who end each other leave one, and every reader sees the same. The first `+` is by the person themselves.
 * `role` of the standing repeats the result, for requests; who acts on an owner, or as one, is checked against this log.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { tokensIn } from '../../chat/storage/claim.ts';
import { keys } from '../../chat/storage/keys.ts';
import type { Role } from '../../chat/people/role.ts';
import { appendToken } from '../storage/claims.ts';
import { changeStanding } from './standing.ts';

const ENTRY = /^([+-])([a-z0-9]+)@([a-z0-9]+)$/;

export function ownersIn(log: string | undefined): ReadonlySet<string> {
	const owners = new Set<string>();
	for (const token of tokensIn(log)) {
		const [, sign, person = '', by = ''] = ENTRY.exec(token) ?? [];
		if (!sign || !(owners.has(by) || (owners.size === 0 && by === person))) continue;
		if (sign === '+') owners.add(person);
		else if (owners.size > 1) owners.delete(person);
	}
	return owners;
}

export const readOwners = async (store: Hpkv): Promise<ReadonlySet<string>> => ownersIn(await store.get(keys.owners));

/** The role by this log. @param role by the standing, which a crash may have left behind */
export const realRole = (owners: ReadonlySet<string>, person: string, role: Role): Role =>
	owners.has(person) ? 'owner' : role === 'owner' ? 'operator' : role;

/** @returns the owners afterwards: without `person` where `by` is no owner */
export async function addOwner(store: Hpkv, person: string, by: string): Promise<ReadonlySet<string>> {
	await appendToken(store, keys.owners, `;+${person}@${by}`);
	const owners = await readOwners(store);
	if (owners.has(person)) await changeStanding(store, person, 'role', 'owner');
	return owners;
}

/** The person becomes an operator. @returns the owners afterwards: with `person` where no other is left */
export async function removeOwner(store: Hpkv, person: string, by: string): Promise<ReadonlySet<string>> {
	await appendToken(store, keys.owners, `;-${person}@${by}`);
	const owners = await readOwners(store);
	if (!owners.has(person)) await changeStanding(store, person, 'role', 'operator');
	return owners;
}

/** Repeats the log in the standing of its owners, which a crash may have left behind. */
export async function repeatOwners(store: Hpkv): Promise<void> {
	for (const person of await readOwners(store)) await changeStanding(store, person, 'role', 'owner');
}
