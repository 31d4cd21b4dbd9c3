/** What a row plays on: it keeps the rooms' histories, what is measured and what must be closed, and passes judgement. */
import { randomUUID } from 'node:crypto';
import { chromium, type Browser, type BrowserContext } from 'playwright';
import type { Random } from '../conformance/faults/random.ts';
import { Person } from '../e2e/person.ts';
import { check } from './checker.ts';
import { History } from './history.ts';
import { everything, everythingSince } from './page.ts';
import { Reader, type Seat } from './reader.ts';
import { Sender } from './sender.ts';
import { findBrowser } from '../support/browser.ts';
import { Tab } from './tab.ts';
import type { Tree } from './tree.ts';
import { embedded, hosted, shared, type NodeOfShared, type World } from './world.ts';

export interface Judgement {
	acked: number;
	deliveries: number;
	lost: number;
	doubled: number;
	reordered: number;
	invented: number;
	/** How long 99 of 100 deliveries took at most, and the slowest one, in milliseconds. */
	repair: number;
	worst: number;
	/** What else was measured. */
	figures: Record<string, number | string>;
	/** What is wrong, in sentences; empty: it holds. */
	wrong: string[];
}

export interface Room {
	path: string;
	history: History;
	readers: Reader[];
	tabs: Tab[];
	/** Where the truth about it is asked for, when the row has more than one app. */
	app?: string;
	/** Of somebody who may read it, where not everybody may. */
	cookie?: string;
}

export class Stage {
	readonly tree: Tree;
	readonly random: Random;
	readonly full: boolean;
	readonly rooms: Room[] = [];
	/** What was acknowledged beside what the rooms' histories say. */
	acknowledged = 0;
	readonly #closers: (() => unknown)[] = [];
	readonly #wrong: string[] = [];
	readonly #figures: Record<string, number | string> = {};
	#people = 0;

	constructor(tree: Tree, random: Random, full: boolean) {
		this.tree = tree;
		this.random = random;
		this.full = full;
	}

	/** The figure of the quick run, or of the full one. */
	size(quick: number, full: number): number {
		return this.full ? full : quick;
	}

	/** @param inside what its command begins with, where it runs on a host of its own */
	async embedded(env?: Record<string, string>, inside?: string[]): Promise<World> {
		return this.#opened(await embedded(this.tree, env, inside));
	}

	/** A node with people, in a room that `ada`, the first of them, has made. */
	async kitchen(count: number, env?: Record<string, string>) {
		const world = await this.embedded(env);
		const [node] = world.nodes;
		if (!node) throw new Error('There is no node');
		const people = await this.people(node.url, count);
		const [ada] = people;
		if (!ada) throw new Error('There is nobody');
		return { world, node, people, ada, room: await ada.createRoom('Kitchen') };
	}

	/** @param ofStore settings of the store that runs alone */
	async hosted(nodes?: number, env?: Record<string, string>, ofStore?: Record<string, string>): Promise<World> {
		return this.#opened(await hosted(this.tree, nodes, env, ofStore));
	}

	/** Two nodes on one database, which each may reach in its own way, and people who write at one and at the other in turn. */
	async sharedByTwo(database: string | readonly NodeOfShared[], count: number, env?: Record<string, string>) {
		const two = typeof database === 'string' ? [{ url: database }, { url: database }] : database;
		const { nodes } = this.#opened(await shared(this.tree, two, env));
		const [first, second] = nodes;
		if (!first || !second) throw new Error('There are no two nodes');
		const people = (await this.people(first.url, count)).map((person, at) =>
			at % 2 === 0 ? person : person.at(second.url)
		);
		const [ada, grace] = people;
		if (!ada || !grace) throw new Error('There is nobody');
		return { nodes, first, people, ada, grace };
	}

	#opened(world: World): World {
		this.later(() => world.close());
		return world;
	}

	/** Called when the row is over, the last one first. */
	later(close: () => unknown): void {
		this.#closers.push(close);
	}

	join(app: string, name = 'Ada'): Promise<Person> {
		return Person.join(app, `${name} ${++this.#people}`);
	}

	people(app: string, count: number): Promise<Person[]> {
		return Promise.all(Array.from({ length: count }, () => this.join(app)));
	}

	async room(by: Person): Promise<Room> {
		const path = await by.createRoom(`Kitchen ${randomUUID().slice(0, 8)}`);
		const room: Room = { path, history: new History(), readers: [], tabs: [] };
		this.rooms.push(room);
		return room;
	}

	sender(person: Person, { path, history }: Room): Sender {
		return new Sender(person, path, history, this.random);
	}

	async reader(person: Person, room: Room, seat: Partial<Seat> = {}): Promise<Reader> {
		const name = `reader ${room.readers.length + 1} (${person.name})`;
		const reader = await Reader.open(
			this.tree,
			{ name, person, room: room.path, app: person.app, ...seat },
			room.history
		);
		room.readers.push(reader);
		this.later(() => reader.close());
		return reader;
	}

	async browser(): Promise<Browser> {
		const browser = await chromium.launch({
			executablePath: findBrowser(),
			// A page that is left is kept for the way back, as people's browsers do.
			ignoreDefaultArgs: ['--disable-back-forward-cache'],
			args: ['--disable-background-networking', '--no-first-run']
		});
		this.later(() => browser.close());
		return browser;
	}

	/** @param context one browser of a person: its tabs share what is kept */
	async tab(context: BrowserContext, person: Person, room: Room, app?: string): Promise<Tab> {
		const name = `tab ${room.tabs.length + 1} (${person.name})`;
		const tab = await Tab.open(context, { name, person, room: room.path, app }, room.history);
		room.tabs.push(tab);
		return tab;
	}

	/** It must be so. @returns whether it is */
	expect(it: boolean, sentence: string): boolean {
		if (!it) this.#wrong.push(sentence);
		return it;
	}

	figure(name: string, value: number | string): void {
		this.#figures[name] = typeof value === 'number' ? Math.round(value) : value;
	}

	/** Waits for it. @returns how long that took, in milliseconds; a row whose wait is over says what was waited for */
	async until(it: () => boolean | Promise<boolean>, within: number, sentence: string): Promise<number> {
		const began = performance.now();
		for (;;) {
			if (await Promise.try(it).catch(() => false)) return performance.now() - began;
			if (performance.now() - began > within) {
				this.#wrong.push(`not within ${within} ms: ${sentence}`);
				return within;
			}
			await new Promise((again) => setTimeout(again, 25));
		}
	}

	/** Until every reader of these rooms shows what was acknowledged. */
	async caughtUp(within: number, rooms: readonly Room[] = this.rooms): Promise<number> {
		const owed = rooms.map(({ history, readers, tabs }) => {
			const texts = new Map<string, string>();
			const acknowledged = new Map<string, number | undefined>();
			for (const event of history.events) {
				if (event.kind === 'invoked') texts.set(event.id, event.text);
				if (event.kind === 'changed') texts.set(event.id, event.text ?? '');
				if (event.kind === 'acknowledged') acknowledged.set(event.id, event.n);
			}
			return { history, readers, tabs, entries: [...acknowledged].map(([id, n]) => ({ id, n, text: texts.get(id) })) };
		});
		const has = (reader: Reader, entries: { id: string; n?: number; text?: string }[]) => {
			const { messages } = reader.feed.timeline;
			const from = messages[0]?.n ?? 1;
			const shown = new Map(messages.map(({ id, message }) => [id, message]));
			const texts = new Set(shown.values());
			return entries.every(
				({ id, n, text = '' }) =>
					shown.get(id) === text || (n !== undefined && n < from) || (id === text && texts.has(text))
			);
		};
		return this.until(
			() =>
				owed.every(
					({ history, readers, tabs, entries }) =>
						readers.every((reader) => has(reader, entries)) &&
						tabs.every(({ name }) => entries.every(({ text = '' }) => history.shows(name, text)))
				),
			within,
			'every reader shows what was acknowledged'
		);
	}

	/** What is known before the checker has spoken. */
	unjudged(): Judgement {
		const counts = { acked: 0, deliveries: 0, lost: 0, doubled: 0, reordered: 0, invented: 0, repair: 0, worst: 0 };
		return { ...counts, figures: this.#figures, wrong: this.#wrong };
	}

	/** What the checker makes of every room, once what is stored is read back through `app`. */
	async judge(app: string): Promise<Judgement> {
		const judgement = this.unjudged();
		judgement.acked = this.acknowledged;
		const delays: number[] = [];
		for (const { path, history, readers, app: own, cookie } of this.rooms) {
			const at = own ?? app;
			for (const reader of readers) reader.look();
			const stored = (await everything(at, path, cookie)).map((entry) => history.known(entry));
			const told =
				stored.length < 1_500 ? (await everythingSince(at, path, cookie)).map((entry) => history.known(entry)) : stored;
			const agree = JSON.stringify(stored) === JSON.stringify(told);
			this.expect(agree, 'the pages and the answer to a reader who has nothing are the same');
			const verdict = check(history, stored);
			judgement.acked += verdict.acknowledged;
			for (const kind of ['deliveries', 'lost', 'doubled', 'reordered', 'invented'] as const)
				judgement[kind] += verdict[kind];
			delays.push(...verdict.delays);
			judgement.wrong.push(...verdict.wrong);
		}
		delays.sort((a, b) => a - b);
		judgement.repair = percentile(delays, 0.99);
		judgement.worst = percentile(delays, 1);
		return judgement;
	}

	async close(): Promise<void> {
		for (const close of this.#closers.reverse()) await close();
	}
}

/** @param ascending */
export const percentile = (ascending: readonly number[], part: number) =>
	Math.round(ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * part))] ?? 0);
