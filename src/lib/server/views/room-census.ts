import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { OPERATOR_ROOMS_ON_PAGE } from '../../chat/limits.ts';
import { Person } from '../../chat/people/person.ts';
import { readStanding } from '../people/standing.ts';
import { parsed } from '../storage/parse-json.ts';
import type { ListedRoom } from '../room-list/list-rooms.ts';
import { findPerson } from '../people/person-names.ts';

export interface CensusFilter {
	/** Empty for any creator. */
	by: string;
	silent: boolean;
	page: number;
}

export interface CensusRoom {
	id: string;
	slug: string;
	name: string;
	createdAt: number;
	/** Empty if the creator is unknown. */
	creator: string;
	count: number;
	/** Of the newest message, in milliseconds since 1970. */
	activeAt?: number;
	archived: boolean;
}

export interface Census {
	rooms: CensusRoom[];
	page: number;
	pages: number;
	total: number;
	nobody: boolean;
}

export async function census(store: Hpkv, all: readonly ListedRoom[], filter: CensusFilter): Promise<Census> {
	const creator = filter.by ? await findPerson(store, filter.by) : undefined;
	const nobody = filter.by !== '' && !creator;
	const found = all
		.filter(
			({ createdBy, count }) => !nobody && (!creator || createdBy === creator.id) && !(filter.silent && count > 0)
		)
		.sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
	const pages = Math.max(1, Math.ceil(found.length / OPERATOR_ROOMS_ON_PAGE));
	const page = Math.min(Math.max(1, filter.page), pages);
	const shown = found.slice((page - 1) * OPERATOR_ROOMS_ON_PAGE, page * OPERATOR_ROOMS_ON_PAGE);
	const names = await namesOf(store, new Set(shown.map(({ createdBy }) => createdBy)));
	return {
		rooms: shown.map(({ id, slug, name, createdAt, createdBy, count, last, archived = false }) => ({
			...{ id, slug, name, createdAt, count, activeAt: last?.timestamp, archived },
			creator: names.get(createdBy) ?? ''
		})),
		page,
		pages,
		total: found.length,
		nobody
	};
}

async function namesOf(store: Hpkv, people: ReadonlySet<string>): Promise<Map<string, string>> {
	const entries = [...people].map(async (id): Promise<[string, string]> => {
		const [record, { name }] = await Promise.all([store.get(keys.person(id)), readStanding(store, id)]);
		return [id, name ?? parsed(Person, record)?.name ?? ''];
	});
	return new Map(await Promise.all(entries));
}
