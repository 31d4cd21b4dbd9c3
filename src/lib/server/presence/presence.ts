/**
 * Who is in a room now, and who is writing. A page that is looked at says so every 24 s, and holds a lease of 52 s: one
 * lost request changes nothing, and whoever closes a laptop is gone within 57 s (52, a sweep of 4, a gathering of 1). A
 * page that is left says so, and is gone at once. Leases are keys of their own, so several app nodes see the same people.
 *
 * What it costs. A beat is five operations: who it is (2), the room, the lease (a set that nobody subscribes to), and every
 * 20 s a range for each room. Beats reach no reader, so n people do not cost n². Readers hear only that somebody came or
 * went, in one notification for all who did meanwhile, at most every 10 ms × the people there: however large the room, it
 * makes at most 100 deliveries a second, of at most 2.5 kB. Writing is told likewise, half a second apart or more.
 *
 * A room of 1,000. Beyond 200 people nobody else is taken in: a page that finds the room full is told so, costs the store
 * nothing but finding that out, and asks again at its next beat. So such a room stores 200 beats in 24 s, 8 sets a second
 * (with five pages each, 42), and hears at most every 2 s who of the 200 came or went; the other 800 ask 33 times a second,
 * 3 reads each. It is shown as `200+ here`. Above 50 people, writing is not told at all: it would be noise, and costs
 * nothing then.
 *
 * A hosted endpoint bills operations: 20 people in a room are 4 operations a second. There it is off unless PRESENCE=on.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { keys } from '../../chat/storage/keys.ts';
import { MAX_PEOPLE_HERE, MAX_PEOPLE_WRITING, MAX_TABS_HERE } from '../../chat/limits.ts';
import type { Here } from '../../chat/people/presence.ts';
import type { Typist } from '../../chat/people/typing.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

const LEASE = 52_000;
const SWEEP_EVERY = 4_000;
/** What other nodes have written is looked for so often. */
const LOOK_EVERY = 20_000;

/** Bytes of names in a notification; a hosted value has 3,000. */
const NAMES = 2_000;

const GATHER = 1_000;
const GATHER_TYPING = 500;
/** In milliseconds for each page there: 100 deliveries a second. */
const APART = 10;

const Lease = z.object({ person: z.string(), name: z.string(), until: z.number() });
type Lease = z.infer<typeof Lease>;

export interface Page {
	room: string;
	person: string;
	name: string;
	/** Made by the page. */
	tab: string;
}

interface Room {
	leases: Map<string, Lease>;
	/** When the leases were read. */
	at: number;
	looking?: Promise<void>;
	/** What readers were told last. */
	told?: string;
	/** They could not be told: the next sweep tries again. */
	untold?: boolean;
	telling?: ReturnType<typeof setTimeout>;
	/** Who typed since readers were told. */
	typists: Map<string, Typist>;
	tellingTypists?: ReturnType<typeof setTimeout>;
}

/** Who is there, for a page that is rendered: one range. */
export async function readHere(store: Hpkv, room: string, now: number): Promise<Here> {
	return summary((await readLeases(store, room)).values(), now);
}

export class Presence {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #failed: (error: unknown) => void;
	readonly #rooms = new Map<string, Room>();
	#sweeping: ReturnType<typeof setInterval> | undefined;

	/** @param failed told when readers could not be; they ask with their next beat */
	constructor(store: Hpkv, clock: () => number, failed: (error: unknown) => void) {
		this.#store = store;
		this.#clock = clock;
		this.#failed = failed;
	}

	/** This page is being looked at. @returns who is there */
	async beat({ room: id, person, name, tab }: Page): Promise<Here> {
		const room = await this.#room(id);
		const key = keys.here(id, person, tab);
		const held = room.leases.get(key);
		if (held || this.#takesIn(room, person)) {
			const lease = { person, name, until: this.#clock() + LEASE };
			room.leases.set(key, lease);
			await this.#store.set(key, JSON.stringify(lease));
			if (held?.name !== name) this.#tellSoon(id, room);
		}
		return summary(room.leases.values(), room.at, this.#clock());
	}

	/** This page is left. */
	async leave({ room: id, person, tab }: Omit<Page, 'name'>): Promise<void> {
		const key = keys.here(id, person, tab);
		const room = await this.#room(id);
		room.leases.delete(key);
		await this.#store.delete(key);
		this.#tellSoon(id, room);
	}

	/** Somebody who is there is writing. */
	type({ room: id, person, name }: Omit<Page, 'tab'>): void {
		const room = this.#rooms.get(id);
		if (!room || peopleIn(room).size > MAX_PEOPLE_WRITING) return;
		room.typists.set(person, { person, name, at: this.#clock() });
		// The first at once, those who type in the meantime together.
		if (!room.tellingTypists) this.#tellTypists(id, room);
	}

	/** Leases that seem to have run out are looked at: their pages may beat at another node. */
	sweep(): void {
		for (const [id, room] of this.#rooms) {
			const over = [...room.leases.values()].some(({ until }) => until < this.#clock());
			if (over) void this.#look(id, room).catch(this.#failed);
			if (room.untold) this.#tellSoon(id, room);
		}
	}

	/** Nobody is waited for any more. */
	close(): void {
		clearInterval(this.#sweeping);
		for (const { telling, tellingTypists } of this.#rooms.values()) {
			clearTimeout(telling);
			clearTimeout(tellingTypists);
		}
		this.#rooms.clear();
	}

	#takesIn(room: Room, person: string): boolean {
		const people = peopleIn(room);
		const tabs = people.get(person);
		return tabs === undefined ? people.size < MAX_PEOPLE_HERE : tabs < MAX_TABS_HERE;
	}

	async #room(id: string): Promise<Room> {
		let room = this.#rooms.get(id);
		if (!room) this.#rooms.set(id, (room = { leases: new Map(), at: 0, typists: new Map() }));
		this.#sweeping ??= setInterval(() => this.sweep(), SWEEP_EVERY).unref();
		if (this.#clock() - room.at > LOOK_EVERY) await this.#look(id, room);
		return room;
	}

	/** Those who ask at once share a look. */
	#look(id: string, room: Room): Promise<void> {
		return (room.looking ??= this.#read(id, room).finally(() => (room.looking = undefined)));
	}

	async #read(id: string, room: Room): Promise<void> {
		const at = this.#clock();
		const leases = await readLeases(this.#store, id);
		const over = [...leases].filter(([, { until }]) => until < at);
		for (const [key] of over) leases.delete(key);
		// What was written here while the range was read is newer than it.
		for (const [key, lease] of room.leases) if (lease.until >= at + LEASE) leases.set(key, lease);
		// Another node has told what is new here, so what this one told last is not what readers know.
		if (written(summary(leases.values(), at)) !== written(summary(room.leases.values(), at))) room.told = undefined;
		room.leases = leases;
		room.at = at;
		if (over.length > 0) this.#tellSoon(id, room);
		await Promise.all(over.map(([key]) => this.#store.delete(key)));
	}

	#tellSoon(id: string, room: Room): void {
		const tell = async () => {
			await this.#look(id, room);
			const here = summary(room.leases.values(), room.at);
			const told = written(here);
			if (told !== room.told) await this.#set(keys.liveHere(id), { here });
			room.told = told;
			room.untold = false;
			// Last: where readers could not be told that everybody left, the sweep needs the room to try again.
			if (room.leases.size === 0) this.#rooms.delete(id);
		};
		const begin = () => {
			// Before anything that can fail: a change from now on sets the next timer.
			room.telling = undefined;
			tell().catch((error: unknown) => {
				room.untold = true;
				this.#failed(error);
			});
		};
		room.telling ??= setTimeout(begin, Math.max(GATHER, room.leases.size * APART)).unref();
	}

	#tellTypists(id: string, room: Room): void {
		const typing = [...room.typists.values()];
		room.typists.clear();
		void this.#set(keys.liveTyping(id), { typing }).catch(this.#failed);
		const again = () => {
			room.tellingTypists = undefined;
			if (room.typists.size > 0) this.#tellTypists(id, room);
		};
		room.tellingTypists = setTimeout(again, Math.max(GATHER_TYPING, room.leases.size * APART)).unref();
	}

	#set = (key: string, company: { here: Here } | { typing: Typist[] }) => this.#store.set(key, JSON.stringify(company));
}

async function readLeases(store: Hpkv, room: string): Promise<Map<string, Lease>> {
	const leases = new Map<string, Lease>();
	for (const { key, value } of await readRange(store, keys.leases(room))) {
		// What is no lease is treated as one that ran out.
		leases.set(key, parsed(Lease, value) ?? { person: '', name: '', until: 0 });
	}
	return leases;
}

/** How many pages each person has open. */
function peopleIn({ leases }: Room): Map<string, number> {
	const people = new Map<string, number>();
	for (const { person } of leases.values()) people.set(person, (people.get(person) ?? 0) + 1);
	return people;
}

const written = ({ count, names }: Here) => JSON.stringify([count, names]);

/** @param at when the leases were read */
function summary(leases: Iterable<Lease>, at: number, now = at): Here {
	const standing = [...leases].filter(({ until }) => until >= now);
	const people = new Map(standing.map(({ person, name }) => [person, name]));
	const all = [...people.values()].sort((a, b) => a.localeCompare(b));
	let bytes = 0;
	const names = all.filter((name) => (bytes += Buffer.byteLength(name) + 3) <= NAMES);
	return { count: people.size, ...(people.size >= MAX_PEOPLE_HERE && { full: true }), names, at };
}
