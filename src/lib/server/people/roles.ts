/**
 * Those who may delete any message, archive a room and block a person. The first is whoever opens the link that the start
 * prints as long as there is none; operators name others.
 */
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { personName } from '../../chat/people/name.ts';
import { Person, Standing } from '../../chat/people/person.ts';
import { claim, winner } from '../storage/claims.ts';
import { digest, secret } from '../storage/ids.ts';
import { parsed } from '../storage/parse-json.ts';

/** A path whose opener becomes the first operator; `undefined` when there is one. */
export async function offerOperatorPath(store: Hpkv): Promise<string | undefined> {
	if ((await winner(store, keys.firstOperator)) !== undefined) return undefined;
	const token = secret();
	await store.set(keys.operatorLink(digest(token)), JSON.stringify({ offered: true }));
	return `/operator/${token}`;
}

/** Whether the link still makes somebody an operator. */
export async function linkIsOpen(store: Hpkv, token: string): Promise<boolean> {
	const [link, first] = await Promise.all([
		store.get(keys.operatorLink(digest(token))),
		winner(store, keys.firstOperator)
	]);
	return link !== undefined && first === undefined;
}

/** Makes `person` the first operator, unless somebody was quicker. Opened twice by the same person, it is done twice. */
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

/** Merged: the name beside it is the person's own. */
export async function setStanding(store: Hpkv, person: string, standing: Standing): Promise<void> {
	const { operator = false, blocked = false } = standing;
	await store.patch(keys.standing(person), JSON.stringify({ operator, blocked }));
}

/** The person of this name, however it is spelled. */
export async function findPerson(store: Hpkv, typed: string): Promise<Person | undefined> {
	const name = personName(typed);
	if (!name.ok) return undefined;
	return Person.safeParse(await winner(store, keys.name(digest(name.folded)))).data;
}
