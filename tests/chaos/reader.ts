/**
 * Somebody who has a room open. What mends the page is the browser's own code (RoomSync, Timeline, timeline-merge, Connection) from
 * the tree under test; what stands here is the rest of the page's script: how it asks.
 */
import './svelte.ts';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RoomSync } from '../../src/lib/live/timeline/RoomSync.svelte.ts';
import type { Person } from '../e2e/person.ts';
import type { History } from './history.ts';
import { entryOf, openPage } from './page.ts';
import type { Tree } from './tree.ts';

export interface Seat {
	name: string;
	person: Person;
	/** The room's path. */
	room: string;
	/** Where the app is, for this reader. */
	app: string;
	/** Where the store's socket is, for this reader, when it is not where the app says: a line's address. */
	line?: string;
}

type Live = typeof import('../../src/lib/live/timeline/RoomSync.svelte.ts') &
	typeof import('../../src/lib/live/connection/Connection.svelte.ts');

/** A page is looked at so often, in milliseconds: more often than a screen is painted. */
const LOOK_EVERY = 10;
const open = new Set<Reader>();
let looking: ReturnType<typeof setInterval> | undefined;

export class Reader {
	readonly seat: Seat;
	readonly #history: History;
	readonly #live: Live;
	#feed: RoomSync | undefined;
	#stop: (() => void) | undefined;
	#seen: unknown;
	#gapAfter: number | undefined;

	private constructor(seat: Seat, history: History, live: Live) {
		this.seat = seat;
		this.#history = history;
		this.#live = live;
	}

	/** Opens the room's newest page. */
	static async open(tree: Tree, seat: Seat, history: History): Promise<Reader> {
		const part = (file: string) =>
			import(pathToFileURL(join(tree.root, 'src/lib/live', file)).href) as Promise<Partial<Live>>;
		const live = {
			...(await part('timeline/RoomSync.svelte.ts')),
			...(await part('connection/Connection.svelte.ts'))
		} as Live;
		const reader = new Reader(seat, history, live);
		await reader.#begin();
		open.add(reader);
		looking ??= setInterval(() => {
			for (const each of open) each.look();
		}, LOOK_EVERY);
		return reader;
	}

	get feed(): RoomSync {
		if (!this.#feed) throw new Error('The page is not open');
		return this.#feed;
	}

	get live(): boolean {
		return this.feed.connection.state === 'live';
	}

	/** What stands on the page now. */
	get texts(): readonly string[] {
		return this.feed.timeline.messages.map(({ message }) => message);
	}

	/** Writes down what is on the page, if it is another than before. */
	look(): void {
		const { messages, gapAfter } = this.feed.timeline;
		if (messages === this.#seen) return;
		this.#seen = messages;
		if (gapAfter !== this.#gapAfter) {
			// So much was missed that the page begins anew, and says where it left off.
			this.#gapAfter = gapAfter;
			this.#history.tell(this.seat.name, { kind: 'opened', from: messages[0]?.n ?? 1, complete: true });
		}
		this.#history.show(this.seat.name, messages.map(entryOf));
	}

	close(): void {
		this.look();
		this.#stop?.();
		open.delete(this);
		if (open.size > 0) return;
		clearInterval(looking);
		looking = undefined;
	}

	async #begin(): Promise<void> {
		const { name, person, room, app } = this.seat;
		const { room: opened, heard, page, ids } = await openPage(app, room, person.cookie);
		this.#history.tell(name, { kind: 'opened', from: page.messages[0]?.n ?? 1, complete: true });
		const connection = new this.#live.Connection((over) => this.#ticket(over));
		this.#feed = new this.#live.RoomSync(page, ids.day, {
			room: opened.id,
			heard,
			connection,
			since: async (query, signal) => {
				const answer = await fetch(`${app}${room}/since?${query}`, { headers: { cookie: person.cookie }, signal });
				if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
				return (await answer.json()) as Awaited<ReturnType<ConstructorParameters<Live['RoomSync']>[2]['since']>>;
			}
		});
		this.look();
		const stops = [this.#feed.start(), connection.start()];
		this.#stop = () => stops.forEach((stop) => stop());
	}

	async #ticket(signal: AbortSignal) {
		const { person, room, app, line } = this.seat;
		const answer = await fetch(`${app}/watch?room=${room.split('/').at(-1)}`, {
			headers: { cookie: person.cookie },
			signal
		});
		if (answer.status === 401) return undefined;
		if (!answer.ok) throw new Error(`The server answered ${answer.status}`);
		const { url, token, rooms } = (await answer.json()) as { url: string; token: string; rooms: string[] };
		// As the browser resolves it: a path is the page's own server.
		const socket = new URL(url, app);
		if (line) socket.port = new URL(line).port;
		return { url: socket.href, token, rooms };
	}
}
