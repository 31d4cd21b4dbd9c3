/** The first operator is the first person to open the link that the start prints; operators name others. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { personName } from '../../chat/people/name.ts';
import { Person, Standing } from '../../chat/people/person.ts';
import { claim, winner } from '../storage/claims.ts';
import { digest, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';

export async function offerOperatorPath(store: Hpkv): Promise<string | undefined> {
	if ((await winner(store, keys.firstOperator)) !== undefined) return undefined;
	const token = secret();
	await store.set(keys.operatorLink(digest(token)), JSON.stringify({ offered: true }));
	return `/operator/${token}`;
}

export async function linkIsOpen(store: Hpkv, token: string): Promise<boolean> {
	const [link, first] = await Promise.all([
		store.get(keys.operatorLink(digest(token))),
		winner(store, keys.firstOperator)
	]);
	return link !== undefined && first === undefined;
}

/** @returns false if the link is unknown or another person was first */
export async function becomeOperator(store: Hpkv, token: string, person: string): Promise<boolean> {
	if ((await store.get(keys.operatorLink(digest(token)))) === undefined) return false;
	const first = (await claim(store, keys.firstOperator, { person })) as { person: string };
	if (first.person !== person) return false;
	await setStanding(store, person, { operator: true });
	return true;
}

export async function readStanding(store: Hpkv, person: string): Promise<Standing> {
	return parsed(Standing, await store.get(keys.standing(person))) ?? {};
}

/** Merged, because the same record holds the person's name. */
export async function setStanding(store: Hpkv, person: string, standing: Standing): Promise<void> {
	const { operator = false, blocked = false } = standing;
	await store.patch(keys.standing(person), JSON.stringify({ operator, blocked }));
}

export async function findPerson(store: Hpkv, typed: string): Promise<Person | undefined> {
	const name = personName(typed);
	if (!name.ok) return undefined;
	return Person.safeParse(await winner(store, keys.name(digest(name.folded)))).data;
}
