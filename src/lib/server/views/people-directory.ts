/** Everybody, in memory: lists and completions read nothing. Others' writes show PEOPLE_KEPT_MS late where the store does not report all. */
import type { Hpkv } from '../../../hpkv/port.ts';
import { MAX_PEOPLE_READ_AGAIN, PEOPLE_KEPT_MS, PEOPLE_ON_PAGE } from '../../chat/limits.ts';
import { matchNames, searchable } from '../../chat/search/name-search.ts';
import { Person } from '../../chat/people/person.ts';
import type { Role } from '../../chat/people/role.ts';
import { idOf, keys } from '../../chat/storage/keys.ts';
import { knownPerson, readPerson, standingIn, type Known } from '../people/standing.ts';
import { coalesce } from '../runtime/coalesce.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

export interface ListedPerson {
	id: string;
	name: string;
	role: Role;
	about: string;
	/** The file that is their picture. A blocked person's is not shown. */
	avatar?: string;
	/** Blocked or deactivated: shown to operators only. */
	gone?: 'blocked' | 'deactivated';
	/** The name as the search compares it. */
	search: string;
}

export interface PeoplePage {
	people: ListedPerson[];
	page: number;
	pages: number;
	total: number;
}

export class PeopleDirectory {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #people = new Map<string, ListedPerson>();
	#readAt = -Infinity;
	/** People written since they were read. */
	readonly #written = new Set<string>();
	/** By name; undefined after a change. */
	#ordered: readonly ListedPerson[] | undefined;

	/** @param clock monotonic, in milliseconds */
	constructor(store: Hpkv, clock: () => number) {
		this.#store = store;
		this.#clock = clock;
		store.onWritten((key) => {
			if (key.startsWith(keys.people.start) || key.startsWith(keys.standings.start)) this.#written.add(idOf(key));
		});
		store.onMissed(() => (this.#readAt = -Infinity));
	}

	async all(): Promise<readonly ListedPerson[]> {
		await this.#update();
		return (this.#ordered ??= [...this.#people.values()].sort(byName));
	}

	async namesOf(ids: readonly string[]): Promise<string[]> {
		await this.#update();
		return ids.map((id) => this.#people.get(id)?.name ?? '?');
	}

	/** @param gone whether blocked and deactivated people are listed too */
	async page({ typed, page, gone }: { typed: string; page: number; gone: boolean }): Promise<PeoplePage> {
		const listed = (await this.all()).filter((person) => gone || !person.gone);
		const found = typed.trim() === '' ? listed : matchNames(listed, typed);
		const pages = Math.max(1, Math.ceil(found.length / PEOPLE_ON_PAGE));
		const shown = Math.min(Math.max(1, page), pages);
		const people = found.slice((shown - 1) * PEOPLE_ON_PAGE, shown * PEOPLE_ON_PAGE);
		return { people, page: shown, pages, total: found.length };
	}

	/** One at a time, and begun after the call: it holds all that was written before. */
	readonly #update = coalesce(async () => {
		const kept = this.#store.hearsAllWrites ? Infinity : PEOPLE_KEPT_MS;
		const isOld = this.#readAt < this.#clock() - kept || this.#readAt === -Infinity;
		if (!isOld && this.#written.size === 0) return;
		const written = [...this.#written];
		this.#written.clear();
		try {
			if (isOld || written.length > MAX_PEOPLE_READ_AGAIN) await this.#readAll();
			else await Promise.all(written.map((id) => this.#readAgain(id)));
		} catch (error) {
			for (const id of written) this.#written.add(id);
			throw error;
		}
		this.#ordered = undefined;
	});

	async #readAll(): Promise<void> {
		const began = this.#clock();
		// A person is stored after their role: a standing that is read later is there.
		const people = await readRange(this.#store, keys.people);
		const standings = await readRange(this.#store, keys.standings);
		const standingOf = new Map(standings.map(({ key, value }) => [idOf(key), value]));
		this.#people.clear();
		for (const { value } of people) {
			const person = parsed(Person, value);
			if (person) this.#put(knownPerson(person, standingIn(standingOf.get(person.id))));
		}
		this.#readAt = began;
	}

	async #readAgain(id: string): Promise<void> {
		const person = await readPerson(this.#store, id);
		if (person) this.#put(person);
	}

	#put({ id, name, role, standing }: Known): void {
		const { about = '', avatar, blocked, deactivated } = standing;
		const gone = blocked ? 'blocked' : deactivated ? 'deactivated' : undefined;
		const shown = blocked ? undefined : (avatar ?? undefined);
		this.#people.set(id, { id, name, role, about, gone, search: searchable(name), ...(shown && { avatar: shown }) });
	}
}

/** By letters alone, which is quick for ten thousand names and the same on every node. */
const byName = (a: ListedPerson, b: ListedPerson) =>
	a.search < b.search ? -1 : a.search > b.search ? 1 : a.id < b.id ? -1 : 1;
