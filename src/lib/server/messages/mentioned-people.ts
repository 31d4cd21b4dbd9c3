import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_MENTIONED_PEOPLE, MAX_NAME_LOOKUPS } from '../../chat/limits.ts';
import { mentions, possibleNames, PUNCTUATED_NAME } from '../../chat/markup/mention.ts';
import { mentionable, mentionedNames } from '../../chat/markup/mentioned-names.ts';
import type { Mentioned } from '../../chat/messages/message.ts';
import type { Person } from '../../chat/people/person.ts';
import { readStanding } from '../people/standing.ts';
import { findPerson } from '../people/person-names.ts';

/** @returns in the order of the text; undefined where it contains no possible name */
export async function findMentioned(store: Hpkv, text: string): Promise<Mentioned[] | undefined> {
	const places = text.includes('@') ? mentionable(text) : '';
	if (!places.includes('@')) return undefined;
	const plain = possibleNames(places, MAX_NAME_LOOKUPS);
	const names = [...plain, ...possibleNames(places, MAX_NAME_LOOKUPS - plain.length, PUNCTUATED_NAME)];
	if (names.length === 0) return undefined;
	const found = (await Promise.all(names.map((name) => findPerson(store, name)))).filter(
		(person) => person !== undefined
	);
	const named = await Promise.all(found.map((person) => namesOf(store, text, person)));
	const people = new Map(named.flat().map((mentioned) => [mentioned.name, mentioned]));
	const shown = mentionedNames(text, [...people.keys()]).flatMap((name) => people.get(name) ?? []);
	const first = new Set([...new Set(shown.map(({ person }) => person))].slice(0, MAX_MENTIONED_PEOPLE));
	return shown.filter(({ person }) => first.has(person));
}

/** A claim holds the first spelling; the text may match only the current one (AdaLovelace, now Ada Lovelace). */
async function namesOf(store: Hpkv, text: string, { id, name }: Person): Promise<Mentioned[]> {
	if (mentions(text, name)) return [{ person: id, name }];
	const { name: now } = await readStanding(store, id);
	return now === undefined ? [] : [{ person: id, name: now }];
}
