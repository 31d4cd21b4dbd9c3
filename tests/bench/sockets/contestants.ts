/** The contestants, each a server in a process of its own with data of its own, and the load on it. */
import { randomBytes, randomUUID } from 'node:crypto';
import { hostedStore } from '../../../src/hpkv/clients/rest.ts';
import { Person } from '../../e2e/person.ts';
import { startProduct } from '../product.ts';
import { startProgram, startServer, type Program } from '../programs.ts';
import { freshFolder, removeFolder } from '../scratch.ts';
import type { Contestant, Room } from './dialect.ts';
import type { Asked, Run, Target } from './load.ts';

const STORE = new URL('../../../src/hpkv/process/main.ts', import.meta.url);
const SHOWCASE = new URL('showcase-store.ts', import.meta.url);
const SOCKET_IO = new URL('socket-io.ts', import.meta.url);
const LOAD = new URL('load.ts', import.meta.url);

/** As many as write at once; each waits until its message is acknowledged and heard by all. */
export const WRITERS = 64;

/** Who is there when a contestant is measured. */
export interface Crowd {
	rooms: number;
	writers: number;
	/** Readers hear what a page of the first room hears, which is the fifty latest rooms as well. Default: of a single room. */
	asPages?: boolean;
}

export interface Measured extends Run {
	/** Of the server while it was measured, in microseconds. */
	serverCpu: number;
}

export class Entrant {
	readonly contestant: Contestant;
	readonly server: Program;
	readonly target: Target;
	readonly #load: Program;

	constructor(contestant: Contestant, server: Program, load: Program, target: Target) {
		this.contestant = contestant;
		this.server = server;
		this.target = target;
		this.#load = load;
	}

	/** Opens readers of a room, beside those it has. */
	read = (room: number, readers: number) => this.#load.ask('read', { room, readers });

	/** Gives a room of the showcase a history. */
	remember = (room: number, length: number) => this.#load.ask('remember', { room, length });

	run = (asked: Asked) => this.#load.ask<Run>('run', asked);

	async measure(asked: Asked): Promise<Measured> {
		const before = await this.server.ask<number>('cpu');
		const run = await this.run(asked);
		return { ...run, serverCpu: (await this.server.ask<number>('cpu')) - before };
	}

	memory = () => this.server.ask<number>('memory');
}

/** Starts them all, lets `measure` ask them in turn (those that are not asked are idle), and ends them. */
export async function withContestants<T>(
	contestants: readonly Contestant[],
	crowd: Crowd,
	measure: (entrants: Entrant[]) => Promise<T>
): Promise<T> {
	const ends: (() => Promise<unknown>)[] = [];
	try {
		const entrants: Entrant[] = [];
		for (const contestant of contestants) entrants.push(await enter(contestant, crowd, (end) => ends.push(end)));
		return await measure(entrants);
	} finally {
		await Promise.all(ends.map((end) => end()));
	}
}

async function enter(
	contestant: Contestant,
	crowd: Crowd,
	atEnd: (end: () => Promise<unknown>) => void
): Promise<Entrant> {
	const folder = freshFolder();
	const apiKey = randomBytes(24).toString('hex');
	const server = await start(contestant, folder, apiKey);
	atEnd(async () => {
		await server.end();
		removeFolder(folder);
	});
	const load = startProgram(LOAD);
	atEnd(() => load.end());
	const target = {
		contestant,
		port: Number(new URL(server.url).port),
		apiKey,
		...(contestant === 'product'
			? await moveIn(server.url, apiKey, crowd)
			: { rooms: await roomsOf(contestant, server.url, apiKey, crowd), sessions: [] })
	};
	await load.ask('at', target);
	await load.ask('write', { writers: crowd.writers });
	return new Entrant(contestant, server, load, target);
}

function start(contestant: Contestant, folder: string, apiKey: string): Promise<Program> {
	const environment = { DATA_DIR: folder, HPKV_HOST: '127.0.0.1', HPKV_PORT: '0', HPKV_API_KEY: apiKey };
	switch (contestant) {
		case 'product':
			return startProduct(folder, { HPKV_API_KEY: apiKey });
		case 'store':
			return startServer(STORE, environment);
		case 'showcase':
			return startServer(SHOWCASE, environment);
		case 'socket.io':
			return startServer(SOCKET_IO, environment);
		case 'socket.io, durable':
			return startServer(SOCKET_IO, { ...environment, DURABLE: 'yes' });
	}
}

/** Rooms of those that know keys alone. */
async function roomsOf(contestant: Contestant, baseUrl: string, apiKey: string, { rooms }: Crowd): Promise<Room[]> {
	const kind = contestant === 'showcase' ? 'chat' : 'live';
	const keys = Array.from({ length: rooms }, (_, n) => `${kind}:kitchen${n}`);
	if (contestant.startsWith('socket.io')) return keys.map((key) => ({ key, token: '', path: '' }));
	const store = hostedStore({ baseUrl, apiKey });
	return Promise.all(keys.map(async (key) => ({ key, token: await hearing(store, key), path: '' })));
}

const hearing = (store: ReturnType<typeof hostedStore>, key: string) =>
	store.token({ subscribeKeys: [key], accessPattern: '^$' });

/**
 * People join and open rooms. Where readers do not hear as pages do, each one's token is for one room, as with the others.
 */
async function moveIn(url: string, apiKey: string, crowd: Crowd): Promise<Pick<Target, 'rooms' | 'sessions'>> {
	const reader = await Person.join(url, 'Grace');
	const store = hostedStore({ baseUrl: `${url}/hpkv`, apiKey });
	const { asPages = crowd.rooms === 1 } = crowd;
	const paths: string[] = [];
	for (let n = 0; n < crowd.rooms; n++) paths.push(await reader.createRoom(`Kitchen ${n}`));
	const rooms: Room[] = [];
	for (const path of asPages ? paths.slice(0, 1) : paths) {
		const answer = await reader.get(`/watch?room=${path.split('/').at(-1)}`);
		const ticket = (await answer.json()) as { token: string; rooms: string[] };
		const key = `live:${ticket.rooms[0]}`;
		rooms.push({ key, path, token: asPages ? ticket.token : await hearing(store, key) });
	}
	const names = Array.from({ length: crowd.writers }, () => `Ada ${randomUUID().slice(0, 8)}`);
	const writers = await Promise.all(names.map((name) => Person.join(url, name)));
	return { rooms, sessions: writers.map(({ session }) => session) };
}
