import { bare } from './bare.ts';

/** A name, or what is typed of one, for {@link matchNames}: its words without marks and case, each after one space. */
export const searchable = (text: string) =>
	` ${bare(text)
		.split(/[\s-]+/u)
		.join(' ')}`;

/** People with a word of their name that begins with `typed`, in the given order; those whose whole name does come first. */
export function matchNames<Person extends { search: string }>(people: readonly Person[], typed: string): Person[] {
	const wanted = searchable(typed.trimStart());
	const first: Person[] = [];
	const later: Person[] = [];
	for (const person of people) {
		const at = person.search.indexOf(wanted);
		if (at === 0) first.push(person);
		else if (at > 0) later.push(person);
	}
	return [...first, ...later];
}
