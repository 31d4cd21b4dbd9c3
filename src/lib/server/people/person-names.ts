import type { Hpkv } from '../../../hpkv/port.ts';
import { foldPersonName, personName } from '../../chat/people/name.ts';
import { Person } from '../../chat/people/person.ts';
import { keys } from '../../chat/storage/keys.ts';
import { groupOf, groupsOf, lookAlike, skeletonsOf } from '../names/look-alikes.ts';
import { holderOfName, type EitherKind } from '../names/name-claims.ts';
import { sameLetters } from '../names/same-letters.ts';
import { digest } from '../storage/ids.ts';

export const PEOPLE_NAMES: EitherKind<Person> = {
	parse: (value) => Person.safeParse(value).data,
	spelling: (name) => keys.name(digest(foldPersonName(name))),
	group: (name) => keys.nameLook(digest(groupOf(name))),
	groups: (name) => groupsOf(name).map((group) => keys.nameLook(digest(group))),
	earlier: (name) => skeletonsOf(name).map((skeleton) => keys.name(digest(skeleton.toLowerCase()))),
	alike: lookAlike,
	log: (name, part) => keys.nameClaims(digest(sameLetters(name)), part),
	parts: (name) => keys.nameClaimParts(digest(sameLetters(name))),
	marks: (name) => [`spelled ${foldPersonName(name)}`, ...skeletonsOf(name)]
};

export async function findPerson(store: Hpkv, typed: string): Promise<Person | undefined> {
	const name = personName(typed, { isClaimed: true });
	return name.ok ? holderOfName(store, PEOPLE_NAMES, name.name) : undefined;
}
