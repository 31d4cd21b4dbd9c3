import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { personName, type NameRefusal } from '../../chat/people/name.ts';
import { Person } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import { idFrom, randomId } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';
import { isReserved } from '../names/reserved-names.ts';
import { claimName, claimNewName } from '../names/name-claims.ts';
import { PEOPLE_NAMES } from './person-names.ts';
import { changeStanding, readStanding } from './standing.ts';

export type NameProblem = NameRefusal | 'taken' | 'too-alike' | 'reserved';
export type Joined =
	{ ok: true; person: Person; generation: string | undefined; repeated: boolean } | { ok: false; because: NameProblem };

/** A join form repeated within this many milliseconds opens the same person; afterwards the name is taken. */
const REPEATS = 10 * 60_000;

export interface Joining {
	/** The person's id; the same for a repeated form, so that a double click does not find the name taken. */
	id: string;
	typed: string;
	role: Role;
	placeName: string;
	/** What else must be stored before the person can be seen. `isFirst`: nothing of the person is stored. */
	before?: (person: Person, isFirst: boolean) => Promise<void>;
	/** Whether no try of the form came so far before: nothing is read then. `as claimed`: the id follows from the name, whose claims tell. */
	isFirst?: boolean | 'as claimed';
}

export const joinOpenly = (
	store: Hpkv,
	{ typed, formId, placeName, before }: { formId: string } & Omit<Joining, 'id' | 'role' | 'isFirst'>,
	now: number
): Promise<Joined> => {
	const name = personName(typed);
	if (!name.ok) return Promise.resolve(name);
	const id = idFrom(`person ${formId} ${name.folded}`);
	return join(store, { id, typed, role: 'member', placeName, before, isFirst: 'as claimed' }, now);
};

export async function join(
	store: Hpkv,
	{ id, typed, role, placeName, before, isFirst = false }: Joining,
	now: number
): Promise<Joined> {
	const name = personName(typed);
	if (!name.ok) return name;
	if (isReserved(name.name, placeName)) return { ok: false, because: 'reserved' };
	const mine: Person = { id, name: name.name, createdAt: now };
	const claimed = await claimNewName(store, PEOPLE_NAMES, mine);
	const person = claimed.holder;
	if (!person) return { ok: false, because: 'too-alike' };
	if (person.id !== mine.id) return { ok: false, because: 'taken' };
	const isNew = isFirst === 'as claimed' ? claimed.isFirst : isFirst;
	const earlier = isNew ? undefined : await joinedBefore(store, id, now);
	if (earlier) return earlier;
	// A join that an earlier version began may have set it.
	const generation = isNew ? undefined : (await readStanding(store, id)).generation;
	// The role before the person: a person whose role a crash left out would be a member. A member needs no record.
	if (role !== 'member') await store.patch(keys.standing(id), JSON.stringify({ role }));
	await before?.(person, isNew);
	await store.set(keys.person(id), JSON.stringify(person));
	return { ok: true, person, generation, repeated: false };
}

/** What a repeated form answers; undefined where the person has not joined, or a crash has left the join unfinished. */
export async function joinedBefore(store: Hpkv, id: string, now: number): Promise<Joined | undefined> {
	const person = parsed(Person, await store.get(keys.person(id)));
	if (!person) return undefined;
	if (now - person.createdAt > REPEATS) return { ok: false, because: 'taken' };
	return { ok: true, person, generation: (await readStanding(store, id)).generation, repeated: true };
}

export const newGeneration = () => randomId().slice(0, 13);

export type Renamed = { ok: true; name: string } | { ok: false; because: NameProblem };

/** Earlier names stay the person's: earlier messages show them. A crash after the claim leaves the old name shown. */
export async function renamePerson(
	store: Hpkv,
	{ id, typed, placeName }: { id: string; typed: string; placeName: string },
	now: number
): Promise<Renamed> {
	const name = personName(typed);
	if (!name.ok) return name;
	if (isReserved(name.name, placeName)) return { ok: false, because: 'reserved' };
	const mine: Person = { id, name: name.name, createdAt: now };
	const holder = await claimName(store, PEOPLE_NAMES, mine);
	if (!holder) return { ok: false, because: 'too-alike' };
	if (holder.id !== id) return { ok: false, because: 'taken' };
	await changeStanding(store, id, 'name', name.name);
	return { ok: true, name: name.name };
}
