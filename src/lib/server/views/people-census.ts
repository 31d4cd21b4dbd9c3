import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_PEOPLE_LISTED, OPERATOR_PEOPLE_ON_PAGE, SESSIONS_FOR_LAST_SEEN } from '../../chat/limits.ts';
import { foldPersonName } from '../../chat/people/name.ts';
import { Person, roleOf, type Standing } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import { idOf, keys, type KeyRange } from '../../chat/storage/keys.ts';
import { readOwners, realRole } from '../people/owners.ts';
import { readPerson, standingIn } from '../people/standing.ts';
import { parsed } from '../storage/parse-json.ts';
import { RANGE_LIMIT } from '../storage/ranges.ts';
import { findPerson } from '../people/person-names.ts';

export interface PersonRow {
	id: string;
	name: string;
	role: Role;
	blocked: boolean;
	deactivated: boolean;
	hasAvatar: boolean;
	/** The beginning of an hour, in milliseconds since 1970; undefined where the person has no session. */
	seenAt?: number;
}

export interface PeopleCensus {
	people: PersonRow[];
	page: number;
	pages: number;
	total: number;
	/** Not all people of the place were searched. */
	isPart: boolean;
}

export async function peopleCensus(
	store: Hpkv,
	{ find, page: asked }: { find: string; page: number }
): Promise<PeopleCensus> {
	const [people, standings, owners] = await Promise.all([
		readUpTo(store, keys.people, MAX_PEOPLE_LISTED),
		readUpTo(store, keys.standings, MAX_PEOPLE_LISTED),
		readOwners(store)
	]);
	const standingOf = new Map(standings.records.map(({ key, value }) => [idOf(key), standingIn(value)]));
	const all = people.records.flatMap(({ key, value }): PersonRow[] => {
		const person = parsed(Person, value);
		return person ? [row(person, standingOf.get(idOf(key)) ?? {}, owners)] : [];
	});
	const wanted = foldPersonName(find);
	const found = all.filter(({ name }) => foldPersonName(name).includes(wanted));
	if (people.isPart && wanted !== '' && found.length === 0) {
		const person = await findPerson(store, find);
		const known = person && (await readPerson(store, person.id));
		if (known) found.push(row(known, known.standing, owners));
	}
	found.sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
	const pages = Math.max(1, Math.ceil(found.length / OPERATOR_PEOPLE_ON_PAGE));
	const page = Math.min(Math.max(1, asked), pages);
	const shown = found.slice((page - 1) * OPERATOR_PEOPLE_ON_PAGE, page * OPERATOR_PEOPLE_ON_PAGE);
	const rows = await Promise.all(shown.map(async (one) => ({ ...one, seenAt: await lastSeen(store, one.id) })));
	return { people: rows, page, pages, total: found.length, isPart: people.isPart };
}

function row(person: Person, standing: Standing, owners: ReadonlySet<string>): PersonRow {
	const { id } = person;
	const { blocked = false, deactivated = false, name = person.name, avatar } = standing;
	return { id, name, role: realRole(owners, id, roleOf(standing)), blocked, deactivated, hasAvatar: !!avatar };
}

const Use = z.object({ usedAt: z.number().optional(), createdAt: z.number().optional() });

async function lastSeen(store: Hpkv, person: string): Promise<number | undefined> {
	const { start, end } = keys.sessionsOf(person);
	const { records } = await store.range(start, end, SESSIONS_FOR_LAST_SEEN);
	const times = records.map(({ value }) => parsed(Use, value)).map((use) => use?.usedAt ?? use?.createdAt ?? 0);
	return times.length > 0 ? Math.max(...times) : undefined;
}

async function readUpTo(store: Hpkv, { start, end }: KeyRange, most: number) {
	const records: { key: string; value: string }[] = [];
	for (let from = start; ;) {
		const part = await store.range(from, end, RANGE_LIMIT);
		records.push(...part.records);
		const last = part.records.at(-1);
		if (!part.truncated || !last) return { records, isPart: false };
		if (records.length >= most) return { records, isPart: true };
		from = `${last.key}\0`;
	}
}
