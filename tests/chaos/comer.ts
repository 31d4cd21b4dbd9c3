/** A private room, and somebody who is let in and removed again: of what is said meanwhile, nothing may reach them. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket } from 'ws';
import { hostedStore } from '../../src/hpkv/clients/rest.ts';
import type { Hpkv } from '../../src/hpkv/port.ts';
import { loadSession } from '../../src/lib/server/people/sessions.ts';
import { createPrivateRoom, letIn } from '../../src/lib/server/members/private-rooms.ts';
import type { removeMember } from '../../src/lib/server/rooms/removal.ts';
import type { Person } from '../e2e/person.ts';
import { eventsOn } from '../support/events.ts';
import { History } from './history.ts';
import type { Room, Stage } from './stage.ts';
import type { World } from './world.ts';

export interface PrivateRoom extends Room {
	id: string;
	/** The store that the app serves, as another node. */
	store: Hpkv;
	/** Of the sources that are tried. */
	remove: typeof removeMember;
}

export async function privateRoom(
	stage: Stage,
	world: World,
	by: Person,
	others: readonly Person[]
): Promise<PrivateRoom> {
	const store = hostedStore({ ...world.access, maxValueBytes: 40_960, dropsHolders: world.store === undefined });
	const person = await idOf(store, by);
	const made = await createPrivateRoom(store, { typed: 'Cage', person, formId: randomUUID() }, Date.now());
	if (!made.ok) throw new Error(made.because);
	const { id, slug } = made.room;
	const source = pathToFileURL(join(stage.tree.root, 'src/lib/server/rooms/removal.ts')).href;
	const { removeMember: remove } = (await import(source)) as { removeMember: typeof removeMember };
	const room = {
		...{ id, store, remove, path: `/rooms/${slug}`, history: new History() },
		...{ readers: [], tabs: [], cookie: by.cookie }
	};
	for (const other of others) {
		const adding = { room: id, person: await idOf(store, other), by: person, history: 'all' } as const;
		await letIn(store, eventsOn(store), adding, Date.now());
	}
	stage.rooms.push(room);
	return room;
}

async function idOf(store: Hpkv, { session }: Person): Promise<string> {
	const found = await loadSession(store, session, { now: Date.now(), lifetime: Infinity });
	if (!found) throw new Error('The person has no session');
	return found.person;
}

/** What came to them: an answer, or a frame, which came when it was sent. */
interface Got {
	what: string;
	began: number;
	ended: number;
	status?: number;
	text: string;
}

interface Out {
	/** When the removal was acknowledged, and when they were let in again. */
	from: number;
	until: number;
}

export class Comer {
	readonly #person: Person;
	readonly #room: PrivateRoom;
	readonly #apps: readonly string[];
	readonly #got: Got[] = [];
	readonly #outs: Out[] = [];
	readonly #sockets: WebSocket[] = [];
	#asking: Promise<void>[] = [];
	#over = false;

	/** @param apps the nodes that are asked */
	constructor(person: Person, room: PrivateRoom, apps: readonly string[]) {
		this.#person = person;
		this.#room = room;
		this.#apps = apps;
	}

	get removals(): number {
		return this.#outs.length;
	}

	/** @param ask whether the room is asked for all the time */
	async come(history: 'all' | 'from now on', ask = true): Promise<void> {
		const { id, store } = this.#room;
		const last = this.#outs.at(-1);
		if (last) last.until = performance.now();
		const person = await insist(() => idOf(store, this.#person));
		const events = eventsOn(store, () => undefined);
		await insist(() => letIn(store, events, { room: id, person, by: person, history }, Date.now()));
		await insist(() => this.#listen());
		if (ask && this.#asking.length === 0) this.#asking = this.#apps.map((app) => this.#ask(app));
	}

	async go(): Promise<void> {
		const { id, store, remove } = this.#room;
		const person = await insist(() => idOf(store, this.#person));
		await insist(() => remove(store, { room: id, person }, Date.now()));
		this.#outs.push({ from: performance.now(), until: Infinity });
	}

	/** @returns the sockets that they have opened */
	get sockets(): readonly WebSocket[] {
		return this.#sockets;
	}

	async end(): Promise<void> {
		this.#over = true;
		await Promise.all(this.#asking);
		for (const socket of this.#sockets) socket.terminate();
	}

	/** @param most frames that may come after a removal: those of the removal, and of sends that were on their way */
	leaks(most: number): string[] {
		const { history, id } = this.#room;
		const said = history.events.filter((event) => event.kind === 'invoked');
		return this.#outs.flatMap(({ from, until }) => {
			const later = said.filter(({ at }) => at > from && at < until);
			const got = this.#got.filter(({ ended }) => ended > from && ended < until);
			const found = got.flatMap(({ what, began, status, text }) => {
				const words = later.filter((event) => event.kind === 'invoked' && text.includes(encoded(event.text)));
				if (words.length > 0) return [`${what} tells what was said after a removal`];
				return status === 200 && began > from ? [`${what} is answered after a removal`] : [];
			});
			const frames = got.filter(({ status, text }) => status === undefined && text.includes(id));
			if (frames.length > most) found.push(`${frames.length} frames came after a removal`);
			return found;
		});
	}

	async #ask(app: string): Promise<void> {
		const { path } = this.#room;
		const paths = [`${path}/since?message=0&change=0&holes=`, `${path}/__data.json`, `${path}/messages`];
		for (let at = 0; !this.#over; at++) {
			const what = paths[at % paths.length] ?? path;
			const began = performance.now();
			try {
				const answer = await fetch(app + what, {
					headers: { cookie: this.#person.cookie },
					signal: AbortSignal.timeout(10_000)
				});
				const text = await answer.text();
				// A page says in its data that there is no room.
				const status = text.includes('"status":404') ? 404 : answer.status;
				this.#got.push({ what, began, ended: performance.now(), status, text });
			} catch {
				await new Promise((again) => setTimeout(again, 20));
			}
		}
	}

	async #listen(): Promise<void> {
		const { url, token } = await this.#person.ticket(this.#room.path);
		const socket = new WebSocket(`${url}?token=${encodeURIComponent(token)}`);
		this.#sockets.push(socket);
		socket.on('message', (data: Buffer) => {
			const at = performance.now();
			this.#got.push({ what: 'a socket', began: at, ended: at, text: data.toString() });
		});
		await new Promise((opened, failed) => socket.once('open', opened).once('error', failed));
		socket.on('error', () => undefined);
	}
}

/** As it stands in JSON, and in JSON in a frame. */
const encoded = (text: string) => JSON.stringify(text).slice(1, -1).split('\\')[0] ?? text;

/** Until it is done: the store may be away. */
async function insist<Done>(act: () => Promise<Done>): Promise<Done> {
	for (let tries = 0; ; tries++) {
		try {
			return await act();
		} catch (error) {
			if (tries > 300) throw error;
			await new Promise((again) => setTimeout(again, 50));
		}
	}
}
