/**
 * A visible page sends a beat every 24 s and holds a lease of 52 s: one lost request changes nothing, and who closes a laptop is gone within
 * 57 s (52, a sweep of 4, a gathering of 1). Each lease is a key of its own, so several nodes see the same people.
 * A beat is five operations: the person (2), the room, the lease, and every 20 s a range for each room. Readers receive only who came
 * or went, at most 100 deliveries a second for a room, of at most 2.5 kB: not n² for n people. Typing likewise, at least 0.5 s apart.
 * Beyond 200 people (`200+ online`) no lease is given: 1,000 people are 8 sets and 100 reads a second. Above 50, typing is not sent.
 * A hosted endpoint bills operations (20 people: 4 a second), so there PRESENCE is off unless set to `on`.
 */
import { z } from 'zod';
import type { Hpkv } from '../../../hpkv/port.ts';
import { WAKE } from '../../chat/messages/live-events.ts';
import { idOf, isCompany, keys, type liveHere } from '../../chat/storage/keys.ts';
import { MAX_FACES, MAX_PEOPLE_HERE, MAX_PEOPLE_WRITING, MAX_TABS_HERE } from '../../chat/limits.ts';
import type { Here } from '../../chat/people/presence.ts';
import type { Typist } from '../../chat/people/typing.ts';
import { readHearing } from '../rooms/epochs.ts';
import { parsed } from '../storage/parse-json.ts';
import { readRange } from '../storage/ranges.ts';

const LEASE = 52_000;
const SWEEP_EVERY = 4_000;
/** For the leases that other nodes wrote. */
const LOOK_EVERY = 20_000;

/** Most bytes of names in a notification; a hosted value holds 3,000. */
const NAMES = 2_000;

const GATHER = 1_000;
const GATHER_TYPING = 500;
/** Milliseconds for each page in the room: 100 deliveries a second. */
const APART = 10;

const Lease = z.object({ person: z.string(), name: z.string(), until: z.number() });
type Lease = z.infer<typeof Lease>;

/** Of `liveHere`, as far as nodes compare it. */
const Company = z.object({ here: z.object({ count: z.number(), names: z.array(z.string()) }) });

export interface Page {
	room: string;
	person: string;
	name: string;
	tab: string;
}

interface Room {
	leases: Map<string, Lease>;
	at: number;
	/** Another node has told of others than these leases. */
	isOld?: boolean;
	looking?: Promise<void>;
	/** The company of the last notification, as {@link fingerprint}. */
	lastSent?: string;
	/** The next sweep retries. */
	sendFailed?: boolean;
	timer?: ReturnType<typeof setTimeout>;
	typists: Map<string, Typist>;
	typistsTimer?: ReturnType<typeof setTimeout>;
}

export async function readHere(store: Hpkv, room: string, now: number): Promise<Here> {
	return summary((await readLeases(store, room)).values(), now);
}

export class Presence {
	readonly #store: Hpkv;
	readonly #clock: () => number;
	readonly #failed: (error: unknown) => void;
	readonly #rooms = new Map<string, Room>();
	#sweeping: ReturnType<typeof setInterval> | undefined;

	/** @param failed called when readers could not be notified; they ask with their next beat */
	constructor(store: Hpkv, clock: () => number, failed: (error: unknown) => void) {
		this.#store = store;
		this.#clock = clock;
		this.#failed = failed;
	}

	async beat({ room: id, person, name, tab }: Page): Promise<Here> {
		const room = await this.#room(id);
		const key = keys.here(id, person, tab);
		const held = room.leases.get(key);
		if (held || this.#takesIn(room, person)) {
			const lease = { person, name, until: this.#clock() + LEASE };
			room.leases.set(key, lease);
			await this.#store.set(key, JSON.stringify(lease));
			if (held?.name !== name) this.#scheduleBroadcast(id, room);
		}
		return summary(room.leases.values(), room.at, this.#clock());
	}

	async leave({ room: id, person, tab }: Omit<Page, 'name'>): Promise<void> {
		const key = keys.here(id, person, tab);
		const room = await this.#room(id);
		room.leases.delete(key);
		await this.#store.delete(key);
		this.#scheduleBroadcast(id, room);
	}

	/** What another node has told is not told again; where this one knows otherwise, it reads the leases with the next beat. */
	hearOthers(): void {
		this.#store.onWritten((key, value) => {
			if (!isCompany(key)) return;
			const room = this.#rooms.get(idOf(key));
			const here = room && parsed(Company, value)?.here;
			if (!here) return;
			room.lastSent = fingerprint(here);
			if (fingerprint(summary(room.leases.values(), this.#clock())) !== room.lastSent) room.isOld = true;
		});
		this.#store.onMissed(() => {
			for (const room of this.#rooms.values()) room.isOld = true;
		});
	}

	/** The people present in the rooms that this node's people have open: without a read, so without those of rooms seen at other nodes only. */
	everywhere(): ReadonlySet<string> {
		const now = this.#clock();
		const leases = [...this.#rooms.values()].flatMap((room) => [...room.leases.values()]);
		return new Set(leases.filter(({ until }) => until >= now).map(({ person }) => person));
	}

	/** Ends the leases that this process knows of; the others run out. */
	async dropPerson(person: string): Promise<void> {
		for (const [id, room] of this.#rooms) await this.#drop(id, room, person);
	}

	async #drop(id: string, room: Room, person: string): Promise<void> {
		room.typists.delete(person);
		const held = [...room.leases].filter(([, lease]) => lease.person === person);
		if (held.length === 0) return;
		for (const [key] of held) room.leases.delete(key);
		await Promise.all(held.map(([key]) => this.#store.delete(key)));
		this.#scheduleBroadcast(id, room);
	}

	/** Ends the leases of a person in a room that they were removed from, as far as this process knows of them. */
	async dropFrom(id: string, person: string): Promise<void> {
		const room = this.#rooms.get(id);
		if (room) await this.#drop(id, room, person);
	}

	/** Ends the leases of all but these people, in a room that is theirs alone from now on. */
	async keepOnly(id: string, people: ReadonlySet<string>): Promise<void> {
		const room = this.#rooms.get(id);
		if (!room) return;
		const present = [...peopleIn(room).keys(), ...room.typists.keys()];
		for (const person of new Set(present)) if (!people.has(person)) await this.#drop(id, room, person);
	}

	type({ room: id, person, name }: Omit<Page, 'tab'>): void {
		const room = this.#rooms.get(id);
		if (!room || peopleIn(room).size > MAX_PEOPLE_WRITING) return;
		room.typists.set(person, { person, name, at: this.#clock() });
		if (!room.typistsTimer) this.#broadcastTypists(id, room);
	}

	/** Leases that ran out here may have been renewed at another node. */
	sweep(): void {
		for (const [id, room] of this.#rooms) {
			const over = [...room.leases.values()].some(({ until }) => until < this.#clock());
			if (over) void this.#look(id, room).catch(this.#failed);
			if (room.sendFailed) this.#scheduleBroadcast(id, room);
		}
	}

	close(): void {
		clearInterval(this.#sweeping);
		for (const { timer, typistsTimer } of this.#rooms.values()) {
			clearTimeout(timer);
			clearTimeout(typistsTimer);
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
		if (room.isOld || this.#clock() - room.at > LOOK_EVERY) await this.#look(id, room);
		return room;
	}

	#look(id: string, room: Room): Promise<void> {
		return (room.looking ??= this.#read(id, room).finally(() => (room.looking = undefined)));
	}

	async #read(id: string, room: Room): Promise<void> {
		const at = this.#clock();
		room.isOld = false;
		const leases = await readLeases(this.#store, id);
		const over = [...leases].filter(([, { until }]) => until < at);
		for (const [key] of over) leases.delete(key);
		// Leases written here while the range was read are newer than the range.
		for (const [key, lease] of room.leases) if (lease.until >= at + LEASE) leases.set(key, lease);
		// Another node has notified readers of the difference, so this node's last summary is out of date.
		const [before, now] = [room.leases, leases].map((each) => fingerprint(summary(each.values(), at)));
		if (now !== before) room.lastSent = undefined;
		room.leases = leases;
		room.at = at;
		if (over.length > 0) this.#scheduleBroadcast(id, room);
		await Promise.all(over.map(([key]) => this.#store.delete(key)));
	}

	#scheduleBroadcast(id: string, room: Room): void {
		const broadcast = async () => {
			await this.#look(id, room);
			const here = summary(room.leases.values(), room.at);
			const sent = fingerprint(here);
			if (sent !== room.lastSent) await this.#set(id, keys.liveHere, { here });
			room.lastSent = sent;
			room.sendFailed = false;
			// Deleted last: if that notification fails, the sweep needs the room to retry.
			if (room.leases.size === 0) this.#rooms.delete(id);
		};
		const begin = () => {
			// Cleared before anything can fail, so that a later change sets a new timer.
			room.timer = undefined;
			broadcast().catch((error: unknown) => {
				room.sendFailed = true;
				this.#failed(error);
			});
		};
		room.timer ??= setTimeout(begin, Math.max(GATHER, room.leases.size * APART)).unref();
	}

	#broadcastTypists(id: string, room: Room): void {
		const typing = [...room.typists.values()];
		room.typists.clear();
		void this.#set(id, keys.liveTyping, { typing }).catch(this.#failed);
		const again = () => {
			room.typistsTimer = undefined;
			if (room.typists.size > 0) this.#broadcastTypists(id, room);
		};
		room.typistsTimer = setTimeout(again, Math.max(GATHER_TYPING, room.leases.size * APART)).unref();
	}

	/** Names go to a private room's members only where the store drops those who were removed. */
	async #set(room: string, keyOf: typeof liveHere, company: { here: Here } | { typing: Typist[] }): Promise<void> {
		const hearing = await readHearing(this.#store, room);
		if (!hearing) return;
		const carriesNames = hearing.kind === 'open' || this.#store.dropsHolders;
		await this.#store.set(keyOf(room, hearing.epoch), carriesNames ? JSON.stringify(company) : WAKE);
	}
}

async function readLeases(store: Hpkv, room: string): Promise<Map<string, Lease>> {
	const leases = new Map<string, Lease>();
	for (const { key, value } of await readRange(store, keys.leases(room))) {
		// An invalid record counts as an expired lease.
		leases.set(key, parsed(Lease, value) ?? { person: '', name: '', until: 0 });
	}
	return leases;
}

function peopleIn({ leases }: Room): Map<string, number> {
	const people = new Map<string, number>();
	for (const { person } of leases.values()) people.set(person, (people.get(person) ?? 0) + 1);
	return people;
}

const fingerprint = ({ count, names }: Pick<Here, 'count' | 'names'>) => JSON.stringify([count, names]);

function summary(leases: Iterable<Lease>, at: number, now = at): Here {
	const current = [...leases].filter(({ until }) => until >= now);
	const people = new Map(current.map(({ person, name }) => [person, name]));
	const all = [...people].sort(([, a], [, b]) => a.localeCompare(b));
	let bytes = 0;
	const named = all.filter(([, name]) => (bytes += Buffer.byteLength(name) + 3) <= NAMES);
	const ids = named.slice(0, MAX_FACES).map(([person]) => person);
	const names = named.map(([, name]) => name);
	return { count: people.size, ...(people.size >= MAX_PEOPLE_HERE && { full: true }), names, ids, at };
}
