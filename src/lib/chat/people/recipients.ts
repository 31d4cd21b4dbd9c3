/** The people that somebody writes to, typed as names with commas between them. */
import { MAX_OFFERED_PEOPLE, MAX_RECIPIENT_PARTS } from '../limits.ts';
import { matchNames, searchable } from '../search/name-search.ts';

interface Candidate {
	id: string;
	name: string;
	/** The name as {@link searchable} makes it. */
	search: string;
}

export type Recipients<Person> =
	| { ok: true; people: Person[] }
	| { ok: false; because: 'empty' | 'too-many-people' }
	| { ok: false; because: 'no-such-person'; typed: string }
	| { ok: false; because: 'several-people'; typed: string; names: string[] };

const COMMA = /[,;،、\n]/u;
const COMMAS = /[\s,;،、]/gu;
/** A name may have commas of its own. */
const PARTS_OF_A_NAME = 3;

/** `candidates`: all whom the writer may see. A part is a whole name or, where nobody has it, begins words of one person's name. */
export function recipients<Person extends Candidate>(typed: string, candidates: readonly Person[]): Recipients<Person> {
	const parts = typed
		.split(COMMA)
		.map((part) => part.trim())
		.filter((part) => part !== '');
	if (parts.length === 0) return { ok: false, because: 'empty' };
	if (parts.length > MAX_RECIPIENT_PARTS) return { ok: false, because: 'too-many-people' };
	const found = new Set<Person>();
	for (let at = 0; at < parts.length;) {
		const [length, people] = longestName(parts.slice(at, at + PARTS_OF_A_NAME), candidates);
		const [person] = people;
		const name = parts[at] ?? '';
		if (!person) return { ok: false, because: 'no-such-person', typed: name };
		if (people.length > 1) {
			const names = people.slice(0, MAX_OFFERED_PEOPLE).map(({ name }) => name);
			return { ok: false, because: 'several-people', typed: name, names };
		}
		found.add(person);
		at += length;
	}
	return { ok: true, people: [...found] };
}

function longestName<Person extends Candidate>(
	parts: readonly string[],
	candidates: readonly Person[]
): [parts: number, people: Person[]] {
	for (let length = parts.length; length > 0; length--) {
		const people = named(parts.slice(0, length).join(', '), candidates);
		if (people.length > 0) return [length, people];
	}
	return [1, matchNames(candidates, parts[0] ?? '')];
}

function named<Person extends Candidate>(typed: string, candidates: readonly Person[]): Person[] {
	const wanted = searchable(typed).replace(COMMAS, '');
	const people = candidates.filter(({ search }) => search.replace(COMMAS, '') === wanted);
	const exact = people.filter(({ name }) => name === typed);
	return exact.length === 1 ? exact : people;
}
