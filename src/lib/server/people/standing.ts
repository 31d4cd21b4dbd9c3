import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { Person, roleOf, Standing } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import { idFrom } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';

/** A damaged record admits nobody. */
const DAMAGED: Standing = { role: 'guest', blocked: true };

export const readStanding = async (store: Hpkv, person: string): Promise<Standing> =>
	standingIn(await store.get(keys.standing(person)));

export const standingIn = (value: string | undefined): Standing =>
	value === undefined ? {} : (parsed(Standing, value) ?? DAMAGED);

export const isShutOut = ({ blocked, deactivated }: Standing): boolean => blocked === true || deactivated === true;

/** Merges one field: operators and the person write different fields of the same record. */
export async function changeStanding<Field extends keyof Standing>(
	store: Hpkv,
	person: string,
	field: Field,
	value: Standing[Field]
): Promise<void> {
	await store.patch(keys.standing(person), JSON.stringify({ [field]: value }));
	// Other nodes forget what they remember of the person.
	if (!store.hearsAllWrites) await store.set(keys.access, idFrom(`person ${person}`));
}

/** Ends all sessions of the person, in the same operation as the reason for it. */
export async function endSessions(
	store: Hpkv,
	person: string,
	change: { blocked: true } | { deactivated: true } | { recoveredAt: number },
	generation: string
): Promise<void> {
	await store.patch(keys.standing(person), JSON.stringify({ ...change, generation }));
}

/** A person with their present name, role and block. Undefined for an id whose join was not finished. */
export interface Known extends Person {
	role: Role;
	standing: Standing;
}

export async function readPerson(store: Hpkv, id: string): Promise<Known | undefined> {
	const [record, standing] = await Promise.all([store.get(keys.person(id)), readStanding(store, id)]);
	const person = parsed(Person, record);
	return person && knownPerson(person, standing);
}

export const knownPerson = (person: Person, standing: Standing): Known => ({
	...person,
	name: standing.name ?? person.name,
	role: roleOf(standing),
	standing
});
